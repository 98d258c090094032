// setp, and what else compares.
#include <cmath>

#include "decode.hpp"
#include "lanewise.hpp"

namespace ptx {

namespace {

enum class relation { eq, ne, lt, le, gt, ge, equ, neu, ltu, leu, gtu, geu, num, nan };

template <relation r, class T>
bool holds(T a, T b) {
  const bool unordered = a != a || b != b;
  using enum relation;
  if constexpr (r == eq) return a == b;
  if constexpr (r == ne) return a != b && !unordered;
  if constexpr (r == lt) return a < b;
  if constexpr (r == le) return a <= b;
  if constexpr (r == gt) return a > b;
  if constexpr (r == ge) return a >= b;
  if constexpr (r == equ) return a == b || unordered;
  if constexpr (r == neu) return a != b || unordered;
  if constexpr (r == ltu) return a < b || unordered;
  if constexpr (r == leu) return a <= b || unordered;
  if constexpr (r == gtu) return a > b || unordered;
  if constexpr (r == geu) return a >= b || unordered;
  if constexpr (r == num) return !unordered;
  return unordered;
}

enum class joined : std::int64_t { none, both, either, one };

/// d = (a r b) joined with c; d2 = (not (a r b)) joined with c. `e`: 1 where c is negated.
template <relation r, class T>
bool compare(warp& w, const operation& o, std::uint32_t mask) {
  const auto *a = w.in(o.a), *b = w.in(o.b);
  std::uint32_t yes = 0;
  if (mask == all_lanes) {
    for (unsigned l = 0; l < lanes; ++l) yes |= u32{holds<r>(value<T>(a[l]), value<T>(b[l]))} << l;
  } else {
    each_lane(mask, [&](unsigned l) { yes |= u32{holds<r>(value<T>(a[l]), value<T>(b[l]))} << l; });
  }
  std::uint32_t no = ~yes;
  if (o.number) {
    const std::uint32_t c = o.e == 1 ? ~w.predicate(o.c) : w.predicate(o.c);
    const auto join = [&](std::uint32_t x) {
      return o.number == 1 ? x & c : o.number == 2 ? x | c : x ^ c;
    };
    yes = join(yes);
    no = join(no);
  }
  std::uint32_t& d = w.predicate(o.d);
  d = (d & ~mask) | (yes & mask);
  if (o.d2 >= 0) {
    std::uint32_t& d2 = w.predicate(o.d2);
    d2 = (d2 & ~mask) | (no & mask);
  }
  return true;
}

template <class T>
handler comparison(const std::string& name) {
  using enum relation;
  constexpr bool real = std::is_floating_point_v<T>;
  if (name == "eq") return compare<eq, T>;
  if (name == "ne") return compare<ne, T>;
  if (name == "lt" || (!real && name == "lo")) return compare<lt, T>;
  if (name == "le" || (!real && name == "ls")) return compare<le, T>;
  if (name == "gt" || (!real && name == "hi")) return compare<gt, T>;
  if (name == "ge" || (!real && name == "hs")) return compare<ge, T>;
  if constexpr (real) {
    if (name == "equ") return compare<equ, T>;
    if (name == "neu") return compare<neu, T>;
    if (name == "ltu") return compare<ltu, T>;
    if (name == "leu") return compare<leu, T>;
    if (name == "gtu") return compare<gtu, T>;
    if (name == "geu") return compare<geu, T>;
    if (name == "num") return compare<num, T>;
    if (name == "nan") return compare<nan, T>;
  }
  return nullptr;
}
handler comparison(const std::string& name, const std::string& type) {
  if (type == "u16" || type == "b16") return comparison<u16>(name);
  if (type == "s16") return comparison<s16>(name);
  if (type == "u32" || type == "b32") return comparison<u32>(name);
  if (type == "s32") return comparison<s32>(name);
  if (type == "u64" || type == "b64") return comparison<u64>(name);
  if (type == "s64") return comparison<s64>(name);
  if (type == "f32") return comparison<float>(name);
  if (type == "f64") return comparison<double>(name);
  return nullptr;
}

std::string relation_of(modifiers& m) {
  return m.take_one({"eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs", "equ", "neu",
                     "ltu", "leu", "gtu", "geu", "num", "nan"});
}

void decode_setp(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string relation = relation_of(m), join = m.take_one({"and", "or", "xor"});
  if (m.take("ftz")) m.unknown();
  const std::string type = m.type();
  m.done();
  o.run = comparison(relation, type);
  if (!o.run) m.unknown();
  o.kind = type == "f64"   ? group_of::real_double
           : type == "f32" ? group_of::real
                           : group_of::integer;
  o.d = d.predicate(s.operands.at(0));
  if (!s.operands[0].second.empty()) o.d2 = d.predicate_or_sink(s.operands[0].second);
  o.a = d.source(s.operands.at(1));
  o.b = d.source(s.operands.at(2));
  if (!join.empty()) {
    o.number = join == "and" ? 1 : join == "or" ? 2 : 3;
    o.c = d.predicate(s.operands.at(3));
    o.e = s.operands[3].negated ? 1 : 0;
  }
  d.add(o);
}

/// set: a register that is all ones, or 1.0, where it holds.
bool spread(warp& w, const operation& o, std::uint32_t mask) {
  const std::uint32_t p = w.predicate(o.c);
  std::uint64_t* d = w.out(o.d);
  each_lane(mask,
            [&](unsigned l) { d[l] = p >> l & 1 ? static_cast<std::uint64_t>(o.number) : 0; });
  return true;
}
void decode_set(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string relation = relation_of(m);
  const std::string to = m.type(), from = m.type();
  m.done();
  operation compared = o;
  compared.run = comparison(relation, from);
  if (!compared.run || s.operands.size() != 3) m.unknown();
  compared.kind = group_of::integer;
  compared.d = d.new_predicate();
  compared.a = d.source(s.operands[1]);
  compared.b = d.source(s.operands[2]);
  o.run = spread;
  o.kind = group_of::move;
  o.c = compared.d;
  o.d = d.destination(s.operands[0]);
  o.number = to == "f32" ? 0x3f800000 : 0xffffffff;
  d.add(compared);
  d.add(o);
}

/// a where c >= 0, else b
template <class T, class C>
struct slct_op {
  T operator()(T a, T b, C c) const { return c >= 0 ? a : b; }
};
void decode_slct(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string type = m.type(), by = m.type();
  m.done();
  const bool wide = type.ends_with("64");
  o.run = by == "f32" ? (wide ? handler(lanewise<slct_op<u64, float>, u64, u64, float>)
                              : handler(lanewise<slct_op<u32, float>, u32, u32, float>))
                      : (wide ? handler(lanewise<slct_op<u64, s32>, u64, u64, s32>)
                              : handler(lanewise<slct_op<u32, s32>, u32, u32, s32>));
  o.kind = group_of::move;
  o.d = d.destination(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  o.b = d.source(s.operands.at(2));
  o.c = d.source(s.operands.at(3));
  d.add(o);
}

/// testp: what kind of number.
template <class T>
bool test(warp& w, const operation& o, std::uint32_t mask) {
  const auto* a = w.in(o.a);
  std::uint32_t& p = w.predicate(o.d);
  each_lane(mask, [&](unsigned l) {
    const T x = value<T>(a[l]);
    const int kind = std::fpclassify(x);
    const bool is = o.number == 0   ? std::isfinite(x)
                    : o.number == 1 ? kind == FP_INFINITE
                    : o.number == 2 ? kind != FP_NAN
                    : o.number == 3 ? kind == FP_NAN
                    : o.number == 4 ? kind == FP_NORMAL || kind == FP_ZERO
                                    : kind == FP_SUBNORMAL;
    p = (p & ~(1u << l)) | (u32{is} << l);
  });
  return true;
}
void decode_testp(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string_view names[] = {"finite",     "infinite", "number",
                                    "notanumber", "normal",   "subnormal"};
  o.number = -1;
  for (int i = 0; i < 6; ++i)
    if (m.take(names[i])) o.number = i;
  const std::string type = m.type();
  m.done();
  if (o.number < 0) m.unknown();
  o.run = type == "f64" ? test<double> : test<float>;
  o.kind = group_of::real;
  o.d = d.predicate(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  d.add(o);
}

}  // namespace

void add_comparisons(instruction_table& t) {
  t["setp"] = decode_setp;
  t["set"] = decode_set;
  t["slct"] = decode_slct;
  t["testp"] = decode_testp;
}

}  // namespace ptx
