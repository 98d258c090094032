// What the lanes of a warp do together: shuffles, votes, matches, reductions. All lanes that the
// member mask names must come.
#include <algorithm>

#include "decode.hpp"
#include "lanewise.hpp"

namespace ptx {

namespace {

/// Runs `work` once the lanes have met, on those that have.
template <class F>
bool together(warp& w, std::uint32_t mask, std::int32_t members, F work) {
  const std::uint32_t ready = w.converged(mask, w.in(members));
  if (ready == 0) return false;
  w.synchronise();
  work(ready);
  return true;
}

enum class shuffle { up, down, bfly, idx };

template <shuffle how>
bool shuffled(warp& w, const operation& o, std::uint32_t mask) {
  return together(w, mask, o.e, [&](std::uint32_t ready) {
    std::uint64_t from[lanes];
    std::copy_n(w.in(o.a), lanes, from);
    std::uint64_t* d = w.out(o.d);
    std::uint32_t inside = 0;
    each_lane(ready, [&](unsigned l) {
      const auto b = static_cast<int>(w.in(o.b)[l] & 31), c = static_cast<int>(w.in(o.c)[l]);
      const int clamp = c & 31, segment = c >> 8 & 31, lane = static_cast<int>(l);
      const int largest = (lane & segment) | (clamp & ~segment), smallest = lane & segment;
      int j = 0;
      bool p = false;
      if (how == shuffle::up) j = lane - b, p = j >= largest;
      if (how == shuffle::down) j = lane + b, p = j <= largest;
      if (how == shuffle::bfly) j = lane ^ b, p = j <= largest;
      if (how == shuffle::idx) j = smallest | (b & ~segment), p = j <= largest;
      if (!p) j = lane;
      if (!(static_cast<u32>(w.in(o.e)[l]) >> j & 1) || !(w.alive >> j & 1)) {
        w.in_block().of().violate(w, l, "reads from a lane that takes no part");
        d[l] = 0xffffffffu;
      } else {
        d[l] = static_cast<u32>(from[j]);
      }
      inside |= u32{p} << l;
    });
    if (o.d2 >= 0) {
      std::uint32_t& p = w.predicate(o.d2);
      p = (p & ~ready) | (inside & ready);
    }
  });
}

/// number: 0 all, 1 any, 2 uni, 3 ballot
bool vote(warp& w, const operation& o, std::uint32_t mask) {
  return together(w, mask, o.e, [&](std::uint32_t ready) {
    const std::uint32_t p = o.is_signed ? ~w.predicate(o.a) : w.predicate(o.a);
    const auto members = static_cast<u32>(w.in(o.e)[std::countr_zero(ready)]) & w.alive;
    const std::uint32_t yes = p & members;
    if (o.number == 3) {
      std::uint64_t* d = w.out(o.d);
      each_lane(ready, [&](unsigned l) { d[l] = yes; });
      return;
    }
    const bool r = o.number == 0   ? yes == members
                   : o.number == 1 ? yes != 0
                                   : yes == members || yes == 0;
    std::uint32_t& d = w.predicate(o.d);
    d = (d & ~ready) | (r ? ready : 0);
  });
}

template <bool all>
bool match(warp& w, const operation& o, std::uint32_t mask) {
  return together(w, mask, o.e, [&](std::uint32_t ready) {
    const auto* a = w.in(o.a);
    const std::uint64_t bits = o.width == 8 ? ~u64{0} : 0xffffffffu;
    std::uint64_t found[lanes] = {};
    each_lane(ready, [&](unsigned l) {
      for (std::uint32_t m = ready; m; m &= m - 1)
        if (((a[std::countr_zero(m)] ^ a[l]) & bits) == 0) found[l] |= m & -m;
    });
    each_lane(ready, [&](unsigned l) {
      const bool same = found[l] == ready;
      w.out(o.d)[l] = all && !same ? 0 : found[l];
      if (o.d2 >= 0) {
        std::uint32_t& p = w.predicate(o.d2);
        p = (p & ~(1u << l)) | (u32{same} << l);
      }
    });
  });
}

template <class T, class F>
bool reduce(warp& w, const operation& o, std::uint32_t mask) {
  return together(w, mask, o.e, [&](std::uint32_t ready) {
    const auto* a = w.in(o.a);
    T r = value<T>(a[std::countr_zero(ready)]);
    for (std::uint32_t m = ready & (ready - 1); m; m &= m - 1)
      r = F()(r, value<T>(a[std::countr_zero(m)]));
    std::uint64_t* d = w.out(o.d);
    each_lane(ready, [&](unsigned l) { d[l] = word(r); });
  });
}
template <class T>
struct r_add {
  T operator()(T a, T b) const { return static_cast<T>(u32(a) + u32(b)); }
};
template <class T>
struct r_min {
  T operator()(T a, T b) const { return std::min(a, b); }
};
template <class T>
struct r_max {
  T operator()(T a, T b) const { return std::max(a, b); }
};
template <class T>
struct r_and {
  T operator()(T a, T b) const { return a & b; }
};
template <class T>
struct r_or {
  T operator()(T a, T b) const { return a | b; }
};
template <class T>
struct r_xor {
  T operator()(T a, T b) const { return a ^ b; }
};
template <class T>
handler reduction(const std::string& how) {
  if (how == "add") return reduce<T, r_add<T>>;
  if (how == "min") return reduce<T, r_min<T>>;
  if (how == "max") return reduce<T, r_max<T>>;
  if (how == "and") return reduce<T, r_and<T>>;
  if (how == "or") return reduce<T, r_or<T>>;
  if (how == "xor") return reduce<T, r_xor<T>>;
  return nullptr;
}

bool elect(warp& w, const operation& o, std::uint32_t mask) {
  return together(w, mask, o.e, [&](std::uint32_t ready) {
    const std::uint32_t leader = ready & -ready;
    std::uint64_t* d = w.out(o.d);
    each_lane(ready, [&](unsigned l) { d[l] = static_cast<u64>(std::countr_zero(leader)); });
    std::uint32_t& p = w.predicate(o.d2);
    p = (p & ~ready) | leader;
  });
}

void need_sync(modifiers& m) {
  if (!m.take("sync")) m.unknown();
}

void decode_shfl(decoder& d, const statement& s, modifiers& m, operation& o) {
  need_sync(m);
  const std::string how = m.take_one({"up", "down", "bfly", "idx"});
  m.type();
  m.done();
  o.run = how == "up"     ? shuffled<shuffle::up>
          : how == "down" ? shuffled<shuffle::down>
          : how == "bfly" ? shuffled<shuffle::bfly>
                          : shuffled<shuffle::idx>;
  o.kind = group_of::warp_wide;
  o.d = d.destination(s.operands.at(0));
  if (!s.operands[0].second.empty()) o.d2 = d.predicate_or_sink(s.operands[0].second);
  o.a = d.source(s.operands.at(1));
  o.b = d.source(s.operands.at(2));
  o.c = d.source(s.operands.at(3));
  o.e = d.source(s.operands.at(4));
  d.add(o);
}

void decode_vote(decoder& d, const statement& s, modifiers& m, operation& o) {
  need_sync(m);
  const std::string how = m.take_one({"all", "any", "uni", "ballot"});
  m.type();
  m.done();
  o.run = vote;
  o.kind = group_of::warp_wide;
  o.number = how == "all" ? 0 : how == "any" ? 1 : how == "uni" ? 2 : 3;
  o.d = how == "ballot" ? d.destination(s.operands.at(0)) : d.predicate(s.operands.at(0));
  o.a = d.predicate(s.operands.at(1));
  o.is_signed = s.operands[1].negated;
  o.e = d.source(s.operands.at(2));
  d.add(o);
}

void decode_match(decoder& d, const statement& s, modifiers& m, operation& o) {
  need_sync(m);
  const bool all = m.take("all");
  if (!all && !m.take("any")) m.unknown();
  o.width = m.type() == "b64" ? 8 : 4;
  m.done();
  o.run = all ? match<true> : match<false>;
  o.kind = group_of::warp_wide;
  o.d = d.destination(s.operands.at(0));
  if (!s.operands[0].second.empty()) o.d2 = d.predicate_or_sink(s.operands[0].second);
  o.a = d.source(s.operands.at(1));
  o.e = d.source(s.operands.at(2));
  d.add(o);
}

void decode_redux(decoder& d, const statement& s, modifiers& m, operation& o) {
  need_sync(m);
  const std::string how = m.take_one({"add", "min", "max", "and", "or", "xor"}), type = m.type();
  m.done();
  o.run = type == "s32"                    ? reduction<s32>(how)
          : type == "u32" || type == "b32" ? reduction<u32>(how)
                                           : nullptr;
  if (!o.run) m.unknown();
  o.kind = group_of::warp_wide;
  o.d = d.destination(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  o.e = d.source(s.operands.at(2));
  d.add(o);
}

void decode_elect(decoder& d, const statement& s, modifiers& m, operation& o) {
  need_sync(m);
  m.done();
  o.run = elect;
  o.kind = group_of::warp_wide;
  o.d = d.destination(s.operands.at(0));
  o.d2 = d.predicate_or_sink(s.operands[0].second);
  o.e = d.source(s.operands.at(1));
  d.add(o);
}

}  // namespace

void add_warp_wide(instruction_table& t) {
  t["shfl"] = decode_shfl;
  t["vote"] = decode_vote;
  t["match"] = decode_match;
  t["redux"] = decode_redux;
  t["elect"] = decode_elect;
}

}  // namespace ptx
