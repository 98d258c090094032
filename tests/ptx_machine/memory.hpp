// Addresses, and what every access is checked for.
#pragma once

#include "machine_state.hpp"

namespace ptx {

/// Generic addresses of shared, local and parameter memory; all others are global.
inline constexpr std::uint64_t shared_window = 1ull << 56, local_window = 2ull << 56,
                               parameter_window = 3ull << 56;
/// In an address of shared::cluster, rank + 1 of the block stands above this bit; 0: one's own.
inline constexpr int rank_shift = 24;

inline space space_of(std::uint64_t generic) {
  switch (generic >> 56) {
    case 1:
      return (generic & 0xffffffffu) >> rank_shift ? space::shared_cluster : space::shared;
    case 2:
      return space::local;
    case 3:
      return space::parameter;
  }
  return space::global;
}
inline std::uint64_t generic_address(space where, std::uint64_t address) {
  switch (where) {
    case space::shared:
    case space::shared_cluster:
      return shared_window | (address & 0xffffffffu);
    case space::local:
      return local_window | (address & 0xffffffffu);
    case space::parameter:
      return parameter_window | (address & 0xffffffffu);
    default:
      return address;
  }
}

/// Where bytes lie on the host.
struct spot {
  unsigned char* data = nullptr;    // null: nowhere, which has been reported
  space where = space::global;      // never generic
  shadow_memory* shadow = nullptr;  // of shared and global memory
  std::size_t at = 0;               // from its begin
  std::uint64_t id = 0;             // the same for all who mean this memory
};

enum class use { read, write, strong_read, strong_write };

/// Whether nobody wrote these bytes.
bool unwritten(const warp& w, const spot& s, std::size_t bytes);

/// The place of `bytes` bytes, checked: inside, aligned to `bytes` or to `align`.
spot reach(warp& w, unsigned lane, space where, std::uint64_t address, std::size_t bytes,
           std::size_t align);
/// Checks and notes what is done there: elements of `width` bytes, written before they are read;
/// races.
void note(warp& w, unsigned lane, const spot& s, std::size_t width, std::size_t bytes, use how,
          bool loaded = false);

/// Address of a lane, as [a + number] says.
inline std::uint64_t address_of(const warp& w, const operation& o, unsigned lane) {
  const std::uint64_t base = w.in(o.a)[lane];
  return (o.short_address ? base & 0xffffffffu : base) + static_cast<std::uint64_t>(o.number);
}

/// Counts the sectors or wavefronts of one request.
void count_request(warp& w, space where, const std::uint64_t* addresses, std::uint32_t mask,
                   std::size_t bytes);

/// Memory of a module's variables, written by its loading.
std::int64_t load_variable(const unsigned char* initial, std::size_t given, std::size_t bytes,
                           std::size_t align);

}  // namespace ptx
