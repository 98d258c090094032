// A kernel, decoded once: an array of operations on numbered registers.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ptx {

inline constexpr unsigned lanes = 32;
inline constexpr std::uint32_t all_lanes = ~0u;

/// A register: one word for each lane, whatever its type.
struct alignas(64) lane_words {
  std::uint64_t at[lanes];
};

class warp;
struct operation;
/// Runs the operation on the lanes of `mask`, which is not empty. True: go on with the next one.
/// False: the handler has put the lanes where they go.
using handler = bool (*)(warp&, const operation&, std::uint32_t mask);

/// What is counted together.
enum class group_of {
  integer,
  real,
  real_double,
  convert,
  special_function,
  matrix,
  move,
  memory_global,
  memory_shared,
  memory_local,
  memory_parameter,
  atomic,
  control,
  barrier,
  warp_wide,
  asynchronous,
  number
};
const char* name_of(group_of);

enum class space : std::uint8_t {
  generic,
  global,
  shared,
  shared_cluster,
  local,
  parameter,
  constant
};

struct operation {
  handler run = nullptr;
  std::int32_t guard = -1;  // a predicate
  bool guard_negated = false;
  group_of kind = group_of::control;
  space where = space::generic;
  std::uint8_t width = 0;  // bytes of an element of memory
  std::uint8_t count = 1;  // elements
  bool is_signed = false;
  bool short_address = false;  // in a register of 32 bits
  bool strong = false;         // volatile, relaxed, atomic: takes part in no race
  bool releases = false, acquires = false;
  /// Registers; below 0: constant ~index. Of predicates: theirs.
  std::int32_t d = -1, d2 = -1, a = -1, b = -1, c = -1, e = -1;
  std::int64_t number = 0;                  // offset, target, immediate: as the handler says
  std::vector<std::int32_t> reads, writes;  // all registers, for what nobody wrote
  bool selects = false;                     // a or b, by the predicate c
  bool passes_on = false;          // a result is as good as its sources; else a source must be good
  std::vector<std::int32_t> many;  // a vector operand's registers
  std::string text;                // "add.rn.f64"
  int line = 0;
};

/// What the hardware sets when a warp starts.
enum class special : std::uint8_t {
  tid_x,
  tid_y,
  tid_z,
  ntid_x,
  ntid_y,
  ntid_z,
  ctaid_x,
  ctaid_y,
  ctaid_z,
  nctaid_x,
  nctaid_y,
  nctaid_z,
  laneid,
  warpid,
  nwarpid,
  smid,
  nsmid,
  gridid,
  lanemask_eq,
  lanemask_le,
  lanemask_lt,
  lanemask_ge,
  lanemask_gt,
  clusterid_x,
  clusterid_y,
  clusterid_z,
  nclusterid_x,
  nclusterid_y,
  nclusterid_z,
  cluster_ctaid_x,
  cluster_ctaid_y,
  cluster_ctaid_z,
  cluster_nctaid_x,
  cluster_nctaid_y,
  cluster_nctaid_z,
  cluster_ctarank,
  cluster_nctarank,
  dynamic_smem_size,
  total_smem_size,
  is_explicit_cluster,
  number
};

/// Shared memory begins here: on compute capability 9 the first KiB is the system's.
inline constexpr std::int64_t first_shared = 1024;

struct program {
  std::string symbol, name;  // as linked, as read
  std::vector<operation> code;
  std::vector<lane_words> constants;
  std::vector<std::pair<special, std::int32_t>> specials;  // and the register that holds it
  std::int32_t registers = 0, predicates = 0;
  std::int64_t local_bytes = 0;     // of a lane
  std::int64_t shared_bytes = 0;    // static
  std::int64_t dynamic_shared = 0;  // where the dynamic part begins, from first_shared
  std::int64_t parameter_bytes = 0;
  std::vector<std::int64_t> parameter_offsets, parameter_sizes;
  std::int64_t cluster = 0;
};

}  // namespace ptx
