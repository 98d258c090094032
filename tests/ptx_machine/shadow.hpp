// Who read and wrote a piece of memory last: written at all, and races.
//
// Every block has a clock, which each of its synchronisations advances. An access happened before
// what a warp does now if the warp knows the time of the other warp at which it was made: by a
// barrier, a synchronisation of its own warp, or an acquire of what was released later.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace ptx {

inline constexpr unsigned most_warps = 32;
using times = std::array<std::uint32_t, most_warps>;

/// For each block, up to which time the accesses of each of its warps are known.
struct knowledge {
  times own{};
  std::unordered_map<std::uint64_t, times> others;

  void merge(const knowledge& more);
  void merge_other(std::uint64_t block, const times& more);
};

struct accessor {
  std::uint32_t launch;
  std::uint32_t block;
  std::uint32_t time;
  std::uint16_t thread;
};

/// Four bytes of memory.
struct cell {
  struct record {
    std::uint32_t launch = 0, block = 0, time = 0;
    std::uint16_t thread = 0;
    std::uint8_t bytes = 0;  // a bit each
    std::uint8_t flags = 0;  // of a write: bytes ever written; of a read: others read, too
  } write, read;
};

enum class fault { none, unwritten, race_with_write, race_with_read };

/// Cells for `bytes` of memory, zero at first and made when touched.
class shadow_memory {
 public:
  shadow_memory() = default;
  explicit shadow_memory(std::size_t bytes);
  ~shadow_memory();
  shadow_memory(shadow_memory&& other) noexcept;
  shadow_memory& operator=(shadow_memory&& other) noexcept;

  bool written(std::size_t at, std::size_t bytes) const;
  void mark(std::size_t at, std::size_t bytes);
  void forget(std::size_t at, std::size_t bytes);
  /// Whether the launch wrote there or, with `reads`, read.
  bool touched(std::size_t at, std::size_t bytes, std::uint32_t launch, bool reads) const;
  /// Notes the access; the first fault found, and in `other` with whom.
  fault read(std::size_t at, std::size_t bytes, const accessor& by, const knowledge& known,
             accessor& other);
  fault write(std::size_t at, std::size_t bytes, const accessor& by, const knowledge& known,
              accessor& other);

 private:
  cell* cells_ = nullptr;
  std::size_t mapped_ = 0;
};

/// What was released at an address, for those who acquire there.
class sync_points {
 public:
  void release(std::uint64_t address, std::uint64_t block, const knowledge& what);
  void acquire(std::uint64_t address, std::uint64_t block, knowledge& who);

 private:
  std::unordered_map<std::uint64_t, std::unordered_map<std::uint64_t, times>> at_;
};

}  // namespace ptx
