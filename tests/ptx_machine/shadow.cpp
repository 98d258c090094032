#include "shadow.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

namespace ptx {

namespace {

void raise(times& to, const times& by) {
  for (unsigned i = 0; i < most_warps; ++i) to[i] = std::max(to[i], by[i]);
}

/// Whether what is recorded may be at the same time as what `by` does.
bool concurrent(const cell::record& r, const accessor& by, const knowledge& known) {
  if (r.launch != by.launch || r.bytes == 0) return false;
  if (r.block == by.block) return r.thread != by.thread && known.own[r.thread / 32] < r.time;
  const auto found = known.others.find(r.block);
  return found == known.others.end() || found->second[r.thread / 32] < r.time;
}

accessor who(const cell::record& r) { return {r.launch, r.block, r.time, r.thread}; }

/// `use(cell, mask of its bytes)` for each cell of the bytes.
template <class F>
void each_cell(cell* cells, std::size_t at, std::size_t bytes, F use) {
  const std::size_t end = at + bytes;
  for (std::size_t c = at / 4; c * 4 < end; ++c) {
    const std::size_t from = std::max(at, c * 4) - c * 4, to = std::min(end, c * 4 + 4) - c * 4;
    use(cells[c], static_cast<std::uint8_t>(((1u << to) - 1) & ~((1u << from) - 1)));
  }
}

}  // namespace

void knowledge::merge_other(std::uint64_t block, const times& more) { raise(others[block], more); }
void knowledge::merge(const knowledge& more) {
  raise(own, more.own);
  for (const auto& [block, t] : more.others) merge_other(block, t);
}

shadow_memory::shadow_memory(std::size_t bytes) : mapped_((bytes + 3) / 4 * sizeof(cell)) {
  if (mapped_ == 0) return;
  void* p = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) throw std::bad_alloc();
  cells_ = static_cast<cell*>(p);
}
shadow_memory::~shadow_memory() {
  if (cells_) munmap(cells_, mapped_);
}
shadow_memory::shadow_memory(shadow_memory&& other) noexcept
    : cells_(std::exchange(other.cells_, nullptr)), mapped_(other.mapped_) {}
shadow_memory& shadow_memory::operator=(shadow_memory&& other) noexcept {
  std::swap(cells_, other.cells_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

bool shadow_memory::written(std::size_t at, std::size_t bytes) const {
  bool all = true;
  each_cell(cells_, at, bytes,
            [&](cell& c, std::uint8_t mask) { all = all && (c.write.flags & mask) == mask; });
  return all;
}
void shadow_memory::mark(std::size_t at, std::size_t bytes) {
  each_cell(cells_, at, bytes, [](cell& c, std::uint8_t mask) { c.write.flags |= mask; });
}
void shadow_memory::forget(std::size_t at, std::size_t bytes) {
  each_cell(cells_, at, bytes,
            [](cell& c, std::uint8_t mask) { c.write.flags &= static_cast<std::uint8_t>(~mask); });
}

bool shadow_memory::touched(std::size_t at, std::size_t bytes, std::uint32_t launch,
                            bool reads) const {
  bool any = false;
  each_cell(cells_, at, bytes, [&](cell& c, std::uint8_t) {
    any = any || c.write.launch == launch || (reads && c.read.launch == launch);
  });
  return any;
}

fault shadow_memory::read(std::size_t at, std::size_t bytes, const accessor& by,
                          const knowledge& known, accessor& other) {
  fault found = fault::none;
  each_cell(cells_, at, bytes, [&](cell& c, std::uint8_t mask) {
    if ((c.write.bytes & mask) && concurrent(c.write, by, known)) {
      found = fault::race_with_write;
      other = who(c.write);
    }
    cell::record& r = c.read;
    const bool many = concurrent(r, by, known) || (r.flags && r.launch == by.launch &&
                                                   r.block == by.block && r.time == by.time);
    r = {by.launch,
         by.block,
         by.time,
         by.thread,
         static_cast<std::uint8_t>(mask | (many ? r.bytes : 0)),
         static_cast<std::uint8_t>(many)};
  });
  return found;
}

fault shadow_memory::write(std::size_t at, std::size_t bytes, const accessor& by,
                           const knowledge& known, accessor& other) {
  fault found = fault::none;
  each_cell(cells_, at, bytes, [&](cell& c, std::uint8_t mask) {
    cell::record& r = c.read;
    const bool others_read = r.flags && r.launch == by.launch && r.block == by.block &&
                             r.thread == by.thread && known.own[r.thread / 32] < r.time;
    if ((r.bytes & mask) && (concurrent(r, by, known) || others_read)) {
      found = fault::race_with_read;
      other = who(r);
    }
    if ((c.write.bytes & mask) && concurrent(c.write, by, known)) {
      found = fault::race_with_write;
      other = who(c.write);
    }
    c.write = {by.launch, by.block, by.time,
               by.thread, mask,     static_cast<std::uint8_t>(c.write.flags | mask)};
  });
  return found;
}

void sync_points::release(std::uint64_t address, std::uint64_t block, const knowledge& what) {
  auto& here = at_[address];
  raise(here[block], what.own);
  for (const auto& [b, t] : what.others) raise(here[b], t);
}

void sync_points::acquire(std::uint64_t address, std::uint64_t block, knowledge& who) {
  const auto found = at_.find(address);
  if (found == at_.end()) return;
  for (const auto& [b, t] : found->second)
    if (b == block)
      raise(who.own, t);
    else
      who.merge_other(b, t);
}

}  // namespace ptx
