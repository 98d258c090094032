// Where lanes go: branches, calls, barriers, fences, ends.
#include <cstring>

#include "counters.hpp"
#include "decode.hpp"
#include "lanewise.hpp"

namespace ptx {

namespace {

bool branch(warp& w, const operation& o, std::uint32_t mask) {
  w.jump(mask, static_cast<std::uint32_t>(o.number));
  return false;
}
bool come_back(warp& w, const operation&, std::uint32_t mask) {
  w.come_back(mask);
  return false;
}
bool end(warp& w, const operation&, std::uint32_t mask) {
  w.leave(mask);
  return false;
}
bool call_function(warp& w, const operation& o, std::uint32_t mask) {
  w.call(mask, static_cast<std::uint32_t>(o.number));
  return false;
}
/// `width` bytes of every lane's own memory, from `b` to `a`: an argument, a result.
bool copy_local(warp& w, const operation& o, std::uint32_t mask) {
  for (std::uint32_t m = mask; m; m &= m - 1) {
    const auto lane = static_cast<std::int64_t>(std::countr_zero(m));
    const std::int64_t base = lane * w.local_bytes();
    std::memcpy(w.local() + base + o.a, w.local() + base + o.b, static_cast<std::size_t>(o.c));
    std::memcpy(w.local_written.data() + base + o.a, w.local_written.data() + base + o.b,
                static_cast<std::size_t>(o.c));
  }
  return true;
}
bool trap(warp& w, const operation&, std::uint32_t) { w.in_block().of().fail(w, "trap"); }
bool fence(warp& w, const operation&, std::uint32_t) {
  w.fence();
  return true;
}
bool nothing(warp&, const operation&, std::uint32_t) { return true; }

/// a: which barrier; b: threads, or none; d: a predicate that is counted.
bool barrier(warp& w, const operation& o, std::uint32_t mask) {
  const unsigned lane = static_cast<unsigned>(std::countr_zero(mask));
  const auto id = static_cast<int>(w.in(o.a)[lane] & 0xffffffffu);
  if (id > 15) w.in_block().of().fail(w, "no such barrier");
  const auto count = o.b == std::numeric_limits<std::int32_t>::min()
                         ? 0
                         : static_cast<std::int64_t>(w.in(o.b)[lane] & 0xffffffffu);
  std::int64_t votes = 0;
  if (o.d >= 0) votes = std::popcount((o.is_signed ? ~w.predicate(o.d) : w.predicate(o.d)) & mask);
  w.in_block().arrive(w, mask, id, count, o.number == 1, votes);
  return false;
}
/// What the barrier before it counted: popc, and, or.
bool barrier_result(warp& w, const operation& o, std::uint32_t mask) {
  const auto id = static_cast<std::size_t>(w.in(o.a)[std::countr_zero(mask)]);
  const block::named_barrier& b = w.in_block().barriers[id];
  if (o.number == 0) {
    std::uint64_t* d = w.out(o.d);
    each_lane(mask, [&](unsigned l) { d[l] = static_cast<std::uint64_t>(b.result); });
  } else {
    const bool r = o.number == 1 ? b.result == b.result_of : b.result > 0;
    std::uint32_t& d = w.predicate(o.d);
    d = (d & ~mask) | (r ? mask : 0);
  }
  return true;
}
bool warp_barrier(warp& w, const operation& o, std::uint32_t mask) {
  const std::uint32_t ready = w.converged(mask, w.in(o.a));
  if (ready == 0) return false;
  w.synchronise();
  return true;
}

void decode_bra(decoder& d, const statement& s, modifiers& m, operation& o) {
  m.take("uni");
  m.done();
  o.run = branch;
  o.kind = group_of::control;
  o.number = d.label(s.operands.at(0).name);
  d.add(o);
}

constexpr std::int32_t none = std::numeric_limits<std::int32_t>::min();

void decode_reduction(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string how = m.take_one({"popc", "and", "or"});
  m.type();
  m.done();
  const std::size_t last = s.operands.size() - 1;
  operation result = o;
  o.number = 1;
  o.a = d.source(s.operands.at(1));
  o.b = last == 3 ? d.source(s.operands[2]) : none;
  o.d = d.predicate(s.operands[last]);
  o.is_signed = s.operands[last].negated;
  d.add(o);
  result.run = barrier_result;
  result.a = o.a;
  result.number = how == "popc" ? 0 : how == "and" ? 1 : 2;
  result.d = how == "popc" ? d.destination(s.operands[0]) : d.predicate(s.operands[0]);
  d.add(result);
}

void decode_bar(decoder& d, const statement& s, modifiers& m, operation& o) {
  o.kind = group_of::barrier;
  m.take("cta");
  if (m.take("warp")) {
    if (!m.take("sync")) m.unknown();
    m.done();
    o.run = warp_barrier;
    o.a = d.source(s.operands.at(0));
    d.add(o);
    return;
  }
  m.take("aligned");
  o.run = barrier;
  if (m.take("red")) return decode_reduction(d, s, m, o);
  if (m.take("sync"))
    o.number = 1;
  else if (!m.take("arrive"))
    m.unknown();
  m.done();
  o.a = d.source(s.operands.at(0));
  o.b = s.operands.size() > 1 ? d.source(s.operands[1]) : none;
  d.add(o);
}

template <handler h, group_of kind>
void decode_simple(decoder& d, const statement&, modifiers& m, operation& o) {
  m.take("uni");
  m.done();
  o.run = h;
  o.kind = kind;
  d.add(o);
}
/// Whatever its order and scope: here all of it is as strong as the strongest.
void decode_fence(decoder& d, const statement&, modifiers&, operation& o) {
  o.run = fence;
  o.kind = group_of::barrier;
  d.add(o);
}

}  // namespace

/// call (result), function, (arguments)
void decoder::call(const statement& s, const operation& like) {
  const operand *callee = nullptr, *results = nullptr, *arguments = nullptr;
  for (const operand& o : s.operands) {
    if (o.is == operand::kind::list)
      (callee ? arguments : results) = &o;
    else if (!callee)
      callee = &o;
  }
  if (!callee || !signatures->contains(callee->name))
    throw syntax_error("a call of an unknown function");
  const auto& [to_results, to_arguments] = signatures->at(callee->name);
  const auto& bytes = sizes->at(callee->name);
  const auto copy = [&](std::int64_t to, std::int64_t from, std::int64_t count) {
    operation o = like;
    o.run = copy_local;
    o.kind = group_of::memory_parameter;
    o.a = static_cast<std::int32_t>(to);
    o.b = static_cast<std::int32_t>(from);
    o.c = static_cast<std::int32_t>(count);
    add(o);
  };
  for (std::size_t i = 0; arguments && i < arguments->parts.size(); ++i)
    copy(to_arguments.at(i).address, find(arguments->parts[i].name)->address,
         bytes.at(to_results.size() + i));
  operation o = like;
  o.run = call_function;
  o.kind = group_of::control;
  calls->emplace_back(program_.code.size(), callee->name);
  add(o);
  for (std::size_t i = 0; results && i < results->parts.size(); ++i)
    copy(find(results->parts[i].name)->address, to_results.at(i).address, bytes.at(i));
}

void add_control(instruction_table& t) {
  t["bra"] = decode_bra;
  t["ret"] = decode_simple<come_back, group_of::control>;
  t["exit"] = decode_simple<end, group_of::control>;
  t["trap"] = decode_simple<trap, group_of::control>;
  t["bar"] = decode_bar;
  t["membar"] = t["fence"] = decode_fence;
  t["nanosleep"] = [](decoder& d, const statement&, modifiers&, operation& o) {
    o.run = nothing;
    d.add(o);
  };
}

}  // namespace ptx
