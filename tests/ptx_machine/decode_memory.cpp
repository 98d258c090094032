// Loads and stores.
#include <cstring>

#include "declarations.hpp"
#include "decode.hpp"
#include "lanewise.hpp"
#include "memory.hpp"

namespace ptx {

space space_of_access(modifiers& m) {
  if (m.take("global")) return space::global;
  if (m.take("shared") || m.take("shared::cta")) return space::shared;
  if (m.take("shared::cluster")) return space::shared_cluster;
  if (m.take("local")) return space::local;
  if (m.take("const")) return space::constant;
  if (m.take("param") || m.take("param::entry") || m.take("param::func")) return space::parameter;
  return space::generic;
}
group_of group_of_access(space where) {
  switch (where) {
    case space::shared:
    case space::shared_cluster:
      return group_of::memory_shared;
    case space::local:
      return group_of::memory_local;
    case space::parameter:
      return group_of::memory_parameter;
    default:
      return group_of::memory_global;
  }
}

namespace {

std::uint64_t read_element(const unsigned char* p, unsigned width, bool is_signed) {
  std::uint64_t v = 0;
  std::memcpy(&v, p, width);
  if (is_signed && width < 8) {
    const unsigned shift = 64 - 8 * width;
    v = static_cast<std::uint64_t>(static_cast<std::int64_t>(v << shift) >> shift);
  }
  return v;
}

/// Counts the request where its space is known beforehand, or that of its first lane.
void count(warp& w, const operation& o, std::uint32_t mask, const std::uint64_t* addresses) {
  space where = o.where == space::generic ? space_of(addresses[std::countr_zero(mask)]) : o.where;
  if (where == space::shared_cluster) where = space::shared;
  if (where == space::shared || where == space::global)
    count_request(w, where, addresses, mask, std::size_t{o.width} * o.count);
}

bool load(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t addresses[lanes];
  const std::size_t bytes = std::size_t{o.width} * o.count;
  for (std::uint32_t m = mask; m; m &= m - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(m));
    addresses[lane] = address_of(w, o, lane);
    const spot s = reach(w, lane, o.where, addresses[lane], bytes, bytes);
    if (s.data) {
      note(w, lane, s, o.width, bytes, o.strong ? use::strong_read : use::read, true);
      if (o.strong && s.id) w.acquire(s.id, o.acquires);
    }
    for (std::size_t i = 0; i < o.many.size(); ++i) {
      if (!s.data) {
        w.out(o.many[i])[lane] = ~u64{0};
        continue;
      }
      const spot part{s.data + i * o.width, s.where, s.shadow, s.at + i * o.width, s.id};
      if (unwritten(w, part, o.width)) w.spoil(o.many[i], 1u << lane);
      w.out(o.many[i])[lane] = read_element(part.data, o.width, o.is_signed);
    }
  }
  count(w, o, mask, addresses);
  return true;
}

bool store(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t addresses[lanes];
  const std::size_t bytes = std::size_t{o.width} * o.count;
  for (std::uint32_t m = mask; m; m &= m - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(m));
    addresses[lane] = address_of(w, o, lane);
    const spot s = reach(w, lane, o.where, addresses[lane], bytes, bytes);
    if (!s.data) continue;
    if (o.strong && s.id) w.release(s.id, o.releases);
    note(w, lane, s, o.width, bytes, o.strong ? use::strong_write : use::write);
    for (std::size_t i = 0; i < o.many.size(); ++i)
      std::memcpy(s.data + i * o.width, &w.in(o.many[i])[lane], o.width);
  }
  count(w, o, mask, addresses);
  w.in_block().of().progress();
  return true;
}

/// Parameters are read by every lane from one place.
bool load_parameter(warp& w, const operation& o, std::uint32_t mask) {
  const auto& all = w.in_block().of().what().parameters;
  for (std::size_t i = 0; i < o.many.size(); ++i) {
    const auto at = static_cast<std::size_t>(o.number) + i * o.width;
    const std::uint64_t v = read_element(all.data() + at, o.width, o.is_signed);
    std::uint64_t* d = w.out(o.many[i]);
    each_lane(mask, [&](unsigned l) { d[l] = v; });
  }
  return true;
}

void decode_access(decoder& d, const statement& s, modifiers& m, operation& o, bool loads) {
  m.ignore_hints();
  o.where = space_of_access(m);
  const bool is_volatile = m.take("volatile") || m.take("mmio");
  o.acquires = m.take("acquire");
  o.releases = m.take("release");
  const bool relaxed = m.take("relaxed") || m.take("cv");
  o.strong = is_volatile || relaxed || o.acquires || o.releases;
  m.take_one({"cta", "cluster", "gpu", "sys"});
  const std::string vector = m.take_one({"v2", "v4", "v8"});
  o.count = static_cast<std::uint8_t>(vector.empty() ? 1 : vector[1] - '0');
  const std::string type = m.type();
  m.done();
  o.width = static_cast<std::uint8_t>(bytes_of(type));
  if (o.width > 8) m.unknown();
  o.is_signed = type[0] == 's';
  const operand &to = s.operands.at(loads ? 0 : 1), &at = s.operands.at(loads ? 1 : 0);
  d.address(at, o);
  o.many = loads ? d.destinations(to) : d.sources(to);
  if (o.many.size() != o.count) m.unknown();
  o.kind = group_of_access(o.where);
  o.run = loads ? load : store;
  if (loads && o.where == space::parameter && o.a < 0) {
    o.number += 0;
    o.run = load_parameter;
  }
  d.add(o);
}

bool nothing(warp&, const operation&, std::uint32_t) { return true; }

}  // namespace

void add_memory(instruction_table& t) {
  t["ld"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    decode_access(d, s, m, o, true);
  };
  t["st"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    decode_access(d, s, m, o, false);
  };
  t["ldu"] = t["ld"];
  // what only asks for speed
  t["prefetch"] = t["prefetchu"] = t["applypriority"] =
      t["discard"] = [](decoder& d, const statement&, modifiers&, operation& o) {
        o.run = nothing;
        o.kind = group_of::memory_global;
        d.add(o);
      };
}

}  // namespace ptx
