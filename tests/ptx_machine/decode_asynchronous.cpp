// Copies that go on while the threads do, and mbarriers. What a copy will write is unwritten until
// it is waited for.
#include <cstring>

#include "declarations.hpp"
#include "decode.hpp"
#include "lanewise.hpp"
#include "mbarrier.hpp"

namespace ptx {

space space_of_access(modifiers&);

mbarrier_state mbarrier_state::from(std::uint64_t word) {
  mbarrier_state b;
  b.phase = word & 1;
  b.pending = static_cast<std::int64_t>(word >> 1 & 0xfffff);
  b.expected = static_cast<std::int64_t>(word >> 21 & 0xfffff);
  b.bytes = static_cast<std::int64_t>(word >> 41 & 0x3fffff) - (1 << 21);
  return b;
}
std::uint64_t mbarrier_state::word() const {
  return phase | static_cast<std::uint64_t>(pending) << 1 |
         static_cast<std::uint64_t>(expected) << 21 |
         static_cast<std::uint64_t>(bytes + (1 << 21)) << 41;
}
void mbarrier_state::turn() {
  if (pending != 0 || bytes != 0) return;
  phase ^= 1;
  pending = expected;
}

mbarrier_state read_mbarrier(warp& w, unsigned lane, const spot& s) {
  note(w, lane, s, 8, 8, use::strong_read);
  std::uint64_t v;
  std::memcpy(&v, s.data, 8);
  const mbarrier_state b = mbarrier_state::from(v);
  if (!s.shadow->written(s.at, 8) || b.expected == 0)
    w.in_block().of().fail(w, "an mbarrier that was not initialised");
  return b;
}
void write_mbarrier(warp& w, const spot& s, mbarrier_state b) {
  b.turn();
  const std::uint64_t v = b.word();
  std::memcpy(s.data, &v, 8);
  s.shadow->mark(s.at, 8);
  w.in_block().of().progress();
}

namespace {

// ---- mbarrier
enum class step { init, inval, arrive, expect, complete, arrive_expect, arrive_drop };

/// [a]: the barrier; b: a count.
bool change(warp& w, const operation& o, std::uint32_t mask) {
  for (std::uint32_t m = mask; m; m &= m - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(m));
    const spot s = reach(w, lane, o.where, address_of(w, o, lane), 8, 8);
    if (!s.data) continue;
    const auto n = static_cast<std::int64_t>(w.in(o.b)[lane] & 0xffffffffu);
    const auto how = static_cast<step>(o.width);
    if (how == step::init || how == step::inval) {
      mbarrier_state fresh;
      fresh.pending = fresh.expected = n;
      note(w, lane, s, 8, 8, use::write);
      const std::uint64_t v = how == step::init ? fresh.word() : ~u64{0};
      std::memcpy(s.data, &v, 8);
      if (how == step::inval) s.shadow->forget(s.at, 8);
      continue;
    }
    mbarrier_state b = read_mbarrier(w, lane, s);
    if (o.d >= 0) w.out(o.d)[lane] = b.word();
    if (how == step::expect || how == step::arrive_expect) b.bytes += n;
    if (how == step::complete) b.bytes -= n;
    if (how == step::arrive || how == step::arrive_expect || how == step::arrive_drop) {
      w.release(s.id, true);
      b.pending -= how == step::arrive ? n : 1;
      if (how == step::arrive_drop) --b.expected;
      if (b.pending < 0) w.in_block().of().fail(w, "more arrivals at an mbarrier than it expects");
    }
    write_mbarrier(w, s, b);
  }
  return true;
}

/// d = whether the phase is over: of parity b (number2 = 1), or that of the state b.
bool test(warp& w, const operation& o, std::uint32_t mask) {
  std::uint32_t over = 0;
  for (std::uint32_t m = mask; m; m &= m - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(m));
    const spot s = reach(w, lane, o.where, address_of(w, o, lane), 8, 8);
    if (!s.data) continue;
    const unsigned phase = read_mbarrier(w, lane, s).phase;
    if (phase == (w.in(o.b)[lane] & 1)) continue;
    over |= m & -m;
    w.acquire(s.id, true);
  }
  std::uint32_t& p = w.predicate(o.d);
  p = (p & ~mask) | over;
  return true;
}

void decode_mbarrier(decoder& d, const statement& s, modifiers& m, operation& o) {
  o.kind = group_of::barrier;
  const bool tests = m.take("test_wait") || m.take("try_wait");
  const bool parity = m.take("parity");
  m.take_one({"acquire", "release", "relaxed"});
  m.take_one({"cta", "cluster"});
  const bool shared = m.take("shared::cta") || m.take("shared"),
             cluster = m.take("shared::cluster");
  o.where = cluster ? space::shared_cluster : shared ? space::shared : space::generic;
  step how = step::init;
  if (!tests) {
    const bool arrives = m.take("arrive"), drops = m.take("arrive_drop"),
               expects = m.take("expect_tx");
    if (m.take("noComplete")) m.take("noComplete");
    how = arrives && expects      ? step::arrive_expect
          : arrives               ? step::arrive
          : drops                 ? step::arrive_drop
          : expects               ? step::expect
          : m.take("complete_tx") ? step::complete
          : m.take("inval")       ? step::inval
                                  : step::init;
    if (how == step::init && !m.take("init")) m.unknown();
    if (drops && expects) m.unknown();
  }
  m.type();
  m.done();
  std::size_t at = 0;
  const bool returns = !tests && s.operands.at(0).is != operand::kind::address;
  if (tests) o.d = d.predicate(s.operands.at(at++));
  if (returns) o.d = d.destination(s.operands.at(at++));
  d.address(s.operands.at(at++), o);
  o.b = at < s.operands.size() ? d.source(s.operands[at]) : d.constant(1);
  static_cast<void>(parity);  // a state's lowest bit is its parity
  o.width = static_cast<std::uint8_t>(how);
  o.run = tests ? test : change;
  d.add(o);
}

// ---- cp.async: each lane its own, in batches
void forget(const spot& s, std::size_t bytes) {
  s.shadow->forget(s.at, bytes);
  std::memset(s.data, 0xff, bytes);
}

void do_copy(warp& w, const warp::copy& c) {
  const spot to = reach(w, c.lane, space::shared, c.to, static_cast<std::size_t>(c.bytes), 4);
  if (!to.data) return;
  std::memset(to.data, 0, static_cast<std::size_t>(c.bytes));
  if (c.read > 0) {
    const spot from = reach(w, c.lane, space::global, c.from, static_cast<std::size_t>(c.read), 4);
    if (!from.data) return;
    note(w, c.lane, from, 4, static_cast<std::size_t>(c.read), use::read);
    std::memcpy(to.data, from.data, static_cast<std::size_t>(c.read));
  }
  note(w, c.lane, to, 4, static_cast<std::size_t>(c.bytes), use::write);
}

void complete(warp& w, std::uint32_t mask, std::int64_t may_stay) {
  for (std::size_t i = 0; i < w.copies.size();) {
    const warp::copy c = w.copies[i];
    if (!(mask >> c.lane & 1) || c.batch >= w.batch[c.lane] - may_stay) {
      ++i;
      continue;
    }
    do_copy(w, c);
    w.copies.erase(w.copies.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

/// [a + number] <- [b + c]: `width` bytes, of which e are read.
bool copy_async(warp& w, const operation& o, std::uint32_t mask) {
  for (std::uint32_t m = mask; m; m &= m - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(m));
    const std::uint64_t to = address_of(w, o, lane), from = w.in(o.b)[lane] + w.in(o.c)[lane];
    const spot s = reach(w, lane, space::shared, to, o.width, o.width);
    const auto read = static_cast<std::int64_t>(w.in(o.e)[lane] & 0xffffffffu);
    if (!s.data || (read > 0 && !reach(w, lane, space::global, from, o.width, o.width).data))
      continue;
    forget(s, o.width);
    w.copies.push_back(
        {lane, to, from, o.width, std::min<std::int64_t>(read, o.width), w.batch[lane]});
  }
  return true;
}
bool commit(warp& w, const operation&, std::uint32_t mask) {
  for (std::uint32_t m = mask; m; m &= m - 1)
    ++w.batch[static_cast<std::size_t>(std::countr_zero(m))];
  return true;
}
bool wait_group(warp& w, const operation& o, std::uint32_t mask) {
  complete(w, mask, static_cast<std::int64_t>(w.in(o.a)[std::countr_zero(mask)]));
  return true;
}
bool wait_all(warp& w, const operation&, std::uint32_t mask) {
  complete(w, mask, -1);
  return true;
}
/// The copies so far arrive at the barrier; `number` 1: as an arrival that it expects.
bool arrive_after(warp& w, const operation& o, std::uint32_t mask) {
  complete(w, mask, -1);
  if (!o.is_signed) return true;  // counted up and down again
  operation arrival = o;
  arrival.width = static_cast<std::uint8_t>(step::arrive);
  return change(w, arrival, mask);
}

// ---- bulk copies: the copy engine of the block does them some time
/// number2 in d: where to. a: to, b: from, c: bytes, e: barrier (or -1: of a group)
bool copy_bulk(warp& w, const operation& o, std::uint32_t mask) {
  for (std::uint32_t m = mask; m; m &= m - 1) {
    const auto lane = static_cast<unsigned>(std::countr_zero(m));
    const std::uint64_t to = w.in(o.a)[lane], from = w.in(o.b)[lane],
                        barrier = o.e == -1 ? 0 : w.in(o.many[0])[lane];
    const std::size_t bytes = w.in(o.c)[lane] & 0xffffffffu;
    const bool to_shared = o.where == space::shared;
    const space target = to_shared ? space::shared_cluster : space::global,
                source = o.width == 1 ? space::global : space::shared;
    if (bytes % 16)
      w.in_block().of().violate(w, lane, "a bulk copy of a size that 16 does not divide");
    const spot a = reach(w, lane, target, to, bytes, 16),
               b = reach(w, lane, source, from, bytes, 16);
    if (!a.data || !b.data) continue;
    if (to_shared) forget(a, bytes);
    w.in_block().engine.push_back([&w, lane, a, b, bytes, barrier, to_shared] {
      note(w, lane, b, 4, bytes, use::strong_read);
      std::memcpy(a.data, b.data, bytes);
      note(w, lane, a, 4, bytes, use::strong_write);
      if (!to_shared) return;
      const spot s = reach(w, lane, space::shared_cluster, barrier, 8, 8);
      if (!s.data) return;
      mbarrier_state state = read_mbarrier(w, lane, s);
      state.bytes -= static_cast<std::int64_t>(bytes);
      write_mbarrier(w, s, state);
    });
  }
  return true;
}
bool finish_bulk(warp& w, const operation&, std::uint32_t) {
  auto& engine = w.in_block().engine;
  while (!engine.empty()) {
    const auto work = std::move(engine.front());
    engine.pop_front();
    work();
  }
  return true;
}
bool nothing(warp&, const operation&, std::uint32_t) { return true; }

void decode_bulk(decoder& d, const statement& s, modifiers& m, operation& o) {
  if (m.take("commit_group")) {
    m.done();
    o.run = nothing;
    d.add(o);
    return;
  }
  if (m.take("wait_group")) {
    m.take("read");
    m.done();
    o.run = finish_bulk;
    d.add(o);
    return;
  }
  m.ignore_hints();
  const std::string first = s.modifiers.size() > 2 ? s.modifiers[2] : "";
  const std::string second = s.modifiers.size() > 3 ? s.modifiers[3] : "";
  for (const auto* part : {&first, &second}) m.take(*part);
  const bool to_shared = first == "shared::cluster" || first == "shared::cta";
  if (!to_shared && first != "global") m.unknown();
  o.where = to_shared ? space::shared : space::global;
  o.width = second == "global" ? 1 : 2;
  if (to_shared != m.take("mbarrier::complete_tx::bytes")) m.unknown();
  if (to_shared == m.take("bulk_group")) m.unknown();
  m.done();
  const auto plain = [&](std::size_t i) {
    std::int64_t offset;
    bool is_short;
    const std::int32_t r = d.address_register(s.operands.at(i), offset, is_short);
    if (offset != 0 && r >= 0) m.unknown();
    return offset != 0 ? d.constant(static_cast<std::uint64_t>(offset)) : r;
  };
  o.a = plain(0);
  o.b = plain(1);
  o.c = d.source(s.operands.at(2));
  o.e = -1;
  if (to_shared) {
    o.e = 0;
    o.many = {plain(3)};
  }
  o.run = copy_bulk;
  d.add(o);
}

void decode_cp(decoder& d, const statement& s, modifiers& m, operation& o) {
  o.kind = group_of::asynchronous;
  if (!m.take("async")) m.unknown();
  if (m.take("bulk")) return decode_bulk(d, s, m, o);
  if (m.take("commit_group")) {
    o.run = commit;
  } else if (m.take("wait_all")) {
    o.run = wait_all;
  } else if (m.take("wait_group")) {
    o.run = wait_group;
    o.a = d.source(s.operands.at(0));
  } else if (m.take("mbarrier")) {
    if (!m.take("arrive")) m.unknown();
    o.is_signed = m.take("noinc");
    o.where = space_of_access(m);
    m.type();
    d.address(s.operands.at(0), o);
    o.b = d.constant(1);
    o.run = arrive_after;
  } else {
    m.ignore_hints();
    m.take_one({"ca", "cg"});
    if (!(m.take("shared") || m.take("shared::cta")) || !m.take("global")) m.unknown();
    d.address(s.operands.at(0), o);
    std::int64_t offset;
    bool is_short;
    o.b = d.address_register(s.operands.at(1), offset, is_short);
    o.c = d.constant(static_cast<std::uint64_t>(offset));
    o.width = static_cast<std::uint8_t>(s.operands.at(2).value);
    o.e = s.operands.size() > 3 ? d.source(s.operands[3]) : d.constant(o.width);
    o.run = copy_async;
  }
  m.done();
  d.add(o);
}

}  // namespace

void add_asynchronous(instruction_table& t) {
  t["mbarrier"] = decode_mbarrier;
  t["cp"] = decode_cp;
}

}  // namespace ptx
