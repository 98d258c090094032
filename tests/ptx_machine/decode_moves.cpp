// What moves words: mov, with packing and unpacking, selections, address spaces.
#include "declarations.hpp"
#include "decode.hpp"
#include "lanewise.hpp"
#include "memory.hpp"

namespace ptx {

namespace {

template <class T>
struct same {
  T operator()(T a) const { return a; }
};

handler copier(const std::string& type) {
  switch (bytes_of(type)) {
    case 1:
    case 2:
      return lanewise<same<u16>, u16>;
    case 4:
      return lanewise<same<u32>, u32>;
    case 8:
      return lanewise<same<u64>, u64>;
  }
  return nullptr;
}

/// {a, b} -> d and d -> {a, b}: `width` bytes each.
bool pack(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  const unsigned bits = 8u * o.width;
  each_lane(mask, [&](unsigned l) {
    std::uint64_t r = 0;
    for (std::size_t i = 0; i < o.many.size(); ++i)
      r |= (w.in(o.many[i])[l] & (bits == 64 ? ~u64{0} : (u64{1} << bits) - 1)) << (bits * i);
    d[l] = r;
  });
  return true;
}
bool unpack(warp& w, const operation& o, std::uint32_t mask) {
  const unsigned bits = 8u * o.width;
  each_lane(mask, [&](unsigned l) {
    const std::uint64_t from = w.in(o.a)[l];
    for (std::size_t i = 0; i < o.many.size(); ++i)
      w.out(o.many[i])[l] = from >> (bits * i) & (bits == 64 ? ~u64{0} : (u64{1} << bits) - 1);
  });
  return true;
}
/// An operation's time: every lane reads the same.
bool read_clock(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  const std::uint64_t now =
      w.in_block().time + 1000 * static_cast<std::uint64_t>(w.in_block().of().code().code.size());
  each_lane(mask, [&](unsigned l) { d[l] = now; });
  return true;
}
bool active_lanes(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  each_lane(mask, [&](unsigned l) { d[l] = mask; });
  return true;
}

bool move_predicate(warp& w, const operation& o, std::uint32_t mask) {
  const std::uint32_t r = o.a >= 0 ? w.predicate(o.a) : o.number ? all_lanes : 0;
  std::uint32_t& d = w.predicate(o.d);
  d = (d & ~mask) | (r & mask);
  return true;
}

void decode_mov(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string type = m.type();
  m.done();
  o.kind = group_of::move;
  const operand &to = s.operands.at(0), &from = s.operands.at(1);
  if (type == "pred") {
    o.run = move_predicate;
    o.d = d.predicate(to);
    if (from.is == operand::kind::number)
      o.number = from.value;
    else
      o.a = d.predicate(from);
  } else if (from.is == operand::kind::vector) {
    o.run = pack;
    o.width =
        static_cast<std::uint8_t>(bytes_of(type) / static_cast<std::int64_t>(from.parts.size()));
    o.many = d.sources(from);
    o.d = d.destination(to);
  } else if (to.is == operand::kind::vector) {
    o.run = unpack;
    o.width =
        static_cast<std::uint8_t>(bytes_of(type) / static_cast<std::int64_t>(to.parts.size()));
    o.a = d.source(from);
    o.many = d.destinations(to);
  } else if (from.name.starts_with("%clock") || from.name.starts_with("%globaltimer")) {
    o.run = read_clock;
    o.d = d.destination(to);
  } else {
    o.run = copier(type);
    o.a = d.source(from);
    o.d = d.destination(to);
  }
  if (!o.run) m.unknown();
  d.add(o);
}

template <class T>
bool select(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  const auto *a = w.in(o.a), *b = w.in(o.b);
  const std::uint32_t p = w.predicate(o.c);
  each_lane(mask, [&](unsigned l) { d[l] = static_cast<T>(p >> l & 1 ? a[l] : b[l]); });
  return true;
}
void decode_selp(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::int64_t bytes = bytes_of(m.type());
  m.done();
  o.kind = group_of::move;
  o.run = bytes == 2   ? handler(select<u16>)
          : bytes == 4 ? handler(select<u32>)
          : bytes == 8 ? handler(select<u64>)
                       : nullptr;
  o.d = d.destination(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  o.b = d.source(s.operands.at(2));
  o.selects = true;
  o.c = d.predicate(s.operands.at(3));
  d.add(o);
}

/// Between the generic address and that of a space, whose bits lie above the number.
bool to_generic(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  const auto* a = w.in(o.a);
  each_lane(mask, [&](unsigned l) { d[l] = generic_address(o.where, a[l]); });
  return true;
}
bool from_generic(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  const auto* a = w.in(o.a);
  each_lane(mask, [&](unsigned l) {
    d[l] = o.where == space::global || o.where == space::constant ? a[l] : a[l] & 0xffffffffu;
  });
  return true;
}
bool is_in_space(warp& w, const operation& o, std::uint32_t mask) {
  const auto* a = w.in(o.a);
  std::uint32_t& p = w.predicate(o.d);
  each_lane(mask, [&](unsigned l) {
    space found = space_of(a[l]);
    if (found == space::shared && o.where == space::shared_cluster) found = space::shared_cluster;
    p = (p & ~(1u << l)) | (u32{found == o.where} << l);
  });
  return true;
}

space space_named(modifiers& m) {
  if (m.take("global")) return space::global;
  if (m.take("shared") || m.take("shared::cta")) return space::shared;
  if (m.take("shared::cluster")) return space::shared_cluster;
  if (m.take("local")) return space::local;
  if (m.take("const")) return space::constant;
  if (m.take("param") || m.take("param::entry")) return space::parameter;
  m.unknown();
}

void decode_cvta(decoder& d, const statement& s, modifiers& m, operation& o) {
  o.run = m.take("to") ? from_generic : to_generic;
  o.where = space_named(m);
  m.type();
  m.done();
  o.kind = group_of::move;
  o.d = d.destination(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  d.add(o);
}
void decode_isspacep(decoder& d, const statement& s, modifiers& m, operation& o) {
  o.where = space_named(m);
  m.done();
  o.kind = group_of::move;
  o.run = is_in_space;
  o.d = d.predicate(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  d.add(o);
}

}  // namespace

void add_moves(instruction_table& t) {
  t["mov"] = decode_mov;
  t["selp"] = decode_selp;
  t["cvta"] = decode_cvta;
  t["isspacep"] = decode_isspacep;
  t["activemask"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    m.type();
    m.done();
    o.run = active_lanes;
    o.kind = group_of::warp_wide;
    o.d = d.destination(s.operands.at(0));
    d.add(o);
  };
}

}  // namespace ptx
