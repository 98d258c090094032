#include "memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "counters.hpp"
#include "stand_in_parts.hpp"

namespace ptx {

namespace {

/// An allocation of the stand-in, or a module's variable.
struct region {
  std::uint64_t begin = 0;
  std::size_t bytes = 0;
  std::int64_t serial = 0;  // 0: a variable
  std::uint32_t looked_up = 0;
  shadow_memory shadow;
};
std::map<std::uint64_t, region>& regions() {
  static auto* all = new std::map<std::uint64_t, region>;
  return *all;
}

/// The region that holds the address. Allocations may come and go between launches, not during one.
region* region_of(std::uint64_t address, std::uint32_t launch) {
  auto& all = regions();
  auto after = all.upper_bound(address);
  if (after != all.begin()) {
    region& r = std::prev(after)->second;
    if (address < r.begin + r.bytes && (r.serial == 0 || r.looked_up == launch)) return &r;
  }
  const allocation a = allocation_of(address);
  if (!a.data) return nullptr;
  const auto begin = reinterpret_cast<std::uint64_t>(a.data);
  region& r = all[begin];
  if (r.serial != a.serial || r.bytes != a.bytes) {
    r.begin = begin;
    r.bytes = a.bytes;
    r.serial = a.serial;
    r.shadow = shadow_memory(a.bytes);
  }
  r.looked_up = launch;
  return &r;
}

/// Fresh memory of the stand-in is all ones; so is a NaN that no arithmetic makes. What other than
/// a kernel wrote there leaves no mark, and needs none.
bool fresh(const unsigned char* p, std::size_t bytes) {
  return std::all_of(p, p + bytes, [](unsigned char c) { return c == 0xff; });
}

std::string hex(std::uint64_t x) {
  char text[20];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(x));
  return text;
}
std::string range(const char* what, std::size_t bytes, std::uint64_t at) {
  return std::string(what) + " (" + std::to_string(bytes) + " bytes at " + hex(at) + ")";
}

spot reach_global(warp& w, unsigned lane, std::uint64_t address, std::size_t bytes) {
  grid& g = w.in_block().of();
  region* r = region_of(address, g.what().number);
  if (!r || address + bytes > r->begin + r->bytes) {
    g.violate(w, lane, range("outside of every allocation", bytes, address));
    return {};
  }
  return {reinterpret_cast<unsigned char*>(address), space::global, &r->shadow, address - r->begin,
          address};
}

spot reach_shared(warp& w, unsigned lane, std::uint64_t address, std::size_t bytes) {
  block* b = &w.in_block();
  grid& g = b->of();
  const std::uint64_t rank = (address & 0xffffffffu) >> rank_shift;
  const std::uint64_t offset = address & ((1u << rank_shift) - 1);
  if (rank > b->cluster.size()) {
    g.violate(w, lane,
              range("shared memory of a block that is not in the cluster", bytes, address));
    return {};
  }
  if (rank > 0) b = b->cluster[rank - 1];
  if (b->done()) {
    g.violate(w, lane, range("shared memory of a block that has ended", bytes, address));
    return {};
  }
  if (offset < static_cast<std::uint64_t>(first_shared) ||
      offset + bytes > first_shared + b->shared.size()) {
    g.violate(w, lane, range("outside of the block's shared memory", bytes, address));
    return {};
  }
  const std::size_t at = offset - first_shared;
  return {b->shared.data() + at, space::shared, &b->shared_shadow, at,
          shared_window | b->index() << rank_shift | offset};
}

spot reach_local(warp& w, unsigned lane, std::uint64_t address, std::size_t bytes) {
  const std::uint64_t offset = address & 0xffffffffu;
  if (offset + bytes > static_cast<std::uint64_t>(w.local_bytes())) {
    w.in_block().of().violate(w, lane, range("outside of local memory", bytes, offset));
    return {};
  }
  const std::size_t at = lane * static_cast<std::size_t>(w.local_bytes()) + offset;
  return {w.local() + at, space::local, nullptr, at, 0};
}

spot reach_parameter(warp& w, unsigned lane, std::uint64_t address, std::size_t bytes) {
  const auto& all = w.in_block().of().what().parameters;
  const std::uint64_t offset = address & 0xffffffffu;
  if (offset + bytes > all.size()) {
    w.in_block().of().violate(w, lane, range("outside of the kernel's parameters", bytes, offset));
    return {};
  }
  return {const_cast<unsigned char*>(all.data()) + offset, space::parameter, nullptr, offset, 0};
}

}  // namespace

spot reach(warp& w, unsigned lane, space where, std::uint64_t address, std::size_t bytes,
           std::size_t align) {
  if (where == space::generic) where = space_of(address);
  if (address % align != 0) {
    w.in_block().of().violate(w, lane, range("not aligned", bytes, address));
    return {};
  }
  switch (where) {
    case space::shared:
    case space::shared_cluster:
      return reach_shared(w, lane, address, bytes);
    case space::local:
      return reach_local(w, lane, address, bytes);
    case space::parameter:
      return reach_parameter(w, lane, address, bytes);
    default:
      return reach_global(w, lane, address, bytes);
  }
}

namespace {

void note_local(warp& w, const spot& s, std::size_t bytes, use how) {
  if (how == use::write || how == use::strong_write)
    std::fill_n(w.local_written.begin() + static_cast<std::ptrdiff_t>(s.at), bytes,
                static_cast<unsigned char>(1));
  w.in_block().of().counters().local_bytes += static_cast<std::int64_t>(bytes);
}

}  // namespace

bool unwritten(const warp& w, const spot& s, std::size_t bytes) {
  if (s.where == space::parameter) return false;
  if (s.where != space::local) return !s.shadow->written(s.at, bytes) && fresh(s.data, bytes);
  const auto begin = w.local_written.begin() + static_cast<std::ptrdiff_t>(s.at);
  return std::count(begin, begin + static_cast<std::ptrdiff_t>(bytes), 0) > 0;
}

void note(warp& w, unsigned lane, const spot& s, std::size_t width, std::size_t bytes, use how,
          bool loaded) {
  if (s.where == space::local) return note_local(w, s, bytes, how);
  if (s.where == space::parameter) return;
  block& b = w.in_block();
  grid& g = b.of();
  const bool reads = how == use::read || how == use::strong_read;
  for (std::size_t i = 0; reads && !loaded && i < bytes; i += width)
    if (unwritten(w, {s.data + i, s.where, s.shadow, s.at + i, s.id}, width)) {
      g.violate(w, lane,
                s.where == space::shared ? "uses shared memory that the block has not written"
                                         : "uses memory that was not written");
      break;
    }
  if (g.what().early && !b.waited && s.where == space::global &&
      s.shadow->touched(s.at, bytes, g.what().number - 1, !reads))
    g.violate(w, lane, "what the launch before used, without griddepcontrol.wait");
  if (how == use::strong_read) return;
  if (how == use::strong_write) return s.shadow->mark(s.at, bytes);
  const accessor by{g.what().number, static_cast<std::uint32_t>(b.index()), b.time,
                    static_cast<std::uint16_t>(w.thread(lane))};
  accessor other{};
  const fault f = reads ? s.shadow->read(s.at, bytes, by, w.known, other)
                        : s.shadow->write(s.at, bytes, by, w.known, other);
  if (f == fault::none) return;
  g.violate(w, lane,
            std::string("a race with ") + (f == fault::race_with_write ? "the write" : "a read") +
                " of " +
                (other.block != by.block ? "block " + std::to_string(other.block) + ", " : "") +
                "thread " + std::to_string(other.thread) +
                (s.where == space::shared ? " in shared memory" : " in global memory"));
}

// ---- counting
namespace {

/// How many different numbers; at most 32.
std::int64_t different(const std::uint64_t* all, unsigned count) {
  std::uint64_t seen[lanes * 2];
  unsigned n = 0;
  for (unsigned i = 0; i < count; ++i)
    if ((n == 0 || seen[n - 1] != all[i]) && std::find(seen, seen + n, all[i]) == seen + n)
      seen[n++] = all[i];
  return n;
}

/// Words of one bank must be read one after the other; the same word is read once.
std::int64_t wavefronts(const std::uint64_t* words, unsigned count) {
  std::uint64_t kept[lanes * 4];
  unsigned n = 0;
  for (unsigned i = 0; i < count; ++i)
    if (n == 0 || std::find(kept, kept + n, words[i]) == kept + n) kept[n++] = words[i];
  int of_bank[32] = {}, most = 0;
  for (unsigned i = 0; i < n; ++i) most = std::max(most, ++of_bank[kept[i] % 32]);
  return most;
}

}  // namespace

void count_request(warp& w, space where, const std::uint64_t* addresses, std::uint32_t mask,
                   std::size_t bytes) {
  kernel_counters& c = w.in_block().of().counters();
  unsigned n = 0;
  std::uint64_t a[lanes] = {};
  for (std::uint32_t m = mask; m; m &= m - 1) a[n++] = addresses[std::countr_zero(m)];
  bool consecutive = true;
  for (unsigned i = 1; i < n && consecutive; ++i) consecutive = a[i] == a[0] + i * bytes;
  if (where == space::global) {
    ++c.global_requests;
    if (consecutive) {
      c.global_sectors += static_cast<std::int64_t>((a[n - 1] + bytes - 1) / 32 - a[0] / 32 + 1);
      return;
    }
    for (unsigned i = 0; i < n; ++i) a[i] /= 32;
    c.global_sectors += different(a, n);
    return;
  }
  ++c.shared_requests;
  // 128 bytes at a time: of 8 bytes half a warp, of 16 a quarter
  const unsigned words = static_cast<unsigned>(std::max<std::size_t>(1, bytes / 4)),
                 together = std::max(1u, lanes / words);
  if (consecutive) {
    c.shared_wavefronts += (n + together - 1) / together;
    return;
  }
  for (unsigned first = 0; first < n; first += together) {
    std::uint64_t all[lanes * 4];
    unsigned k = 0;
    for (unsigned i = first; i < std::min(n, first + together); ++i)
      for (unsigned j = 0; j < words && k < lanes * 4; ++j) all[k++] = a[i] / 4 + j;
    c.shared_wavefronts += wavefronts(all, k);
  }
}

std::int64_t load_variable(const unsigned char* initial, std::size_t given, std::size_t bytes,
                           std::size_t align) {
  static_cast<void>(align);  // a page is aligned enough
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) throw launch_error("no memory for a module's variable");
  if (given) std::memcpy(p, initial, std::min(given, bytes));
  region& r = regions()[reinterpret_cast<std::uint64_t>(p)];
  r.begin = reinterpret_cast<std::uint64_t>(p);
  r.bytes = bytes;
  r.shadow = shadow_memory(bytes);
  r.shadow.mark(0, bytes);
  return reinterpret_cast<std::int64_t>(p);
}

}  // namespace ptx
