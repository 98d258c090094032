// Real numbers. Rounded arithmetic is exact; approximate instructions are as far off as the manual
// allows, by a seed (approximate.hpp), so that nobody rests on them.
#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>

#include "approximate.hpp"
#include "decode.hpp"
#include "lanewise.hpp"

namespace ptx {

// decode_arithmetic.cpp
void decode_integer(decoder&, const statement&, modifiers&, operation&, const std::string& type);
void decode_integer_mul(decoder&, const statement&, modifiers&, operation&);
void decode_integer_mad(decoder&, const statement&, modifiers&, operation&);
void decode_carrying(decoder&, const statement&, modifiers&, operation&);

namespace {

template <class T>
T flushed(T x) {
  return std::fabs(x) < std::numeric_limits<T>::min() ? std::copysign(T(0), x) : x;
}
/// The hardware's NaN of single precision.
template <class T>
T canonical(T x) {
  if constexpr (sizeof(T) == 4) return x != x ? std::bit_cast<float>(0x7fffffffu) : x;
  return x;
}

template <class T>
struct radd {
  T operator()(T a, T b) const { return a + b; }
};
template <class T>
struct rsub {
  T operator()(T a, T b) const { return a - b; }
};
template <class T>
struct rmul {
  T operator()(T a, T b) const { return a * b; }
};
template <class T>
struct rdiv {
  T operator()(T a, T b) const { return a / b; }
};
template <class T>
struct rfma {
  T operator()(T a, T b, T c) const { return std::fma(a, b, c); }
};
template <class T>
struct rsqrt_ {
  T operator()(T a) const { return std::sqrt(a); }
};
template <class T>
struct rrcp {
  T operator()(T a) const { return T(1) / a; }
};
template <class T>
struct rmin {
  T operator()(T a, T b) const {
    if (a != a) return b;
    if (b != b) return a;
    if (a == b) return std::signbit(a) ? a : b;
    return a < b ? a : b;
  }
};
template <class T>
struct rmax {
  T operator()(T a, T b) const {
    if (a != a) return b;
    if (b != b) return a;
    if (a == b) return std::signbit(a) ? b : a;
    return a > b ? a : b;
  }
};
template <class T>
struct rneg {
  T operator()(T a) const { return -a; }
};
template <class T>
struct rabs {
  T operator()(T a) const { return std::fabs(a); }
};

template <class F, class T, bool ftz, bool sat>
struct shaped {
  template <class... A>
  T operator()(A... a) const {
    T r = ftz ? F()(flushed(a)...) : F()(a...);
    if (ftz) r = flushed(r);
    if (sat) r = r > T(0) ? (r < T(1) ? r : T(1)) : T(0);
    return canonical(r);
  }
};
/// Neither result nor sign of a NaN changes with neg and abs.
template <class F, class T, bool ftz, bool>
struct plain {
  T operator()(T a) const { return F()(ftz ? flushed(a) : a); }
};

template <class F, template <class, class, bool, bool> class Shape, class T, class... A>
handler shape(bool ftz, bool sat) {
  if (ftz)
    return sat ? lanewise<Shape<F, T, true, true>, A...> : lanewise<Shape<F, T, true, false>, A...>;
  return sat ? lanewise<Shape<F, T, false, true>, A...> : lanewise<Shape<F, T, false, false>, A...>;
}
template <template <class> class F, int arguments, class T>
handler of_type(bool ftz, bool sat) {
  if constexpr (arguments == 1)
    return shape<F<T>, shaped, T, T>(ftz, sat);
  else if constexpr (arguments == 2)
    return shape<F<T>, shaped, T, T, T>(ftz, sat);
  else
    return shape<F<T>, shaped, T, T, T, T>(ftz, sat);
}
template <template <class> class F, int arguments>
handler real(const std::string& type, bool ftz, bool sat) {
  if (type == "f32") return of_type<F, arguments, float>(ftz, sat);
  if (type == "f64" && !ftz && !sat) return of_type<F, arguments, double>(false, false);
  return nullptr;
}

bool is_real(const statement& s) {
  return !s.modifiers.empty() && (s.modifiers.back() == "f32" || s.modifiers.back() == "f64");
}

/// Rounding other than to nearest: the host's mode while the handler in `rounded_of` runs.
struct rounded_handler {
  handler run;
  int mode;
};
std::vector<rounded_handler>& rounded_handlers() {
  static std::vector<rounded_handler> all;
  return all;
}
bool with_rounding(warp& w, const operation& o, std::uint32_t mask) {
  const rounded_handler& r = rounded_handlers()[static_cast<std::size_t>(o.number)];
  std::fesetround(r.mode);
  r.run(w, o, mask);
  std::fesetround(FE_TONEAREST);
  return true;
}

void finish(decoder& d, const statement& s, modifiers& m, operation& o, handler run,
            const std::string& type, const std::string& rounding = "rn") {
  m.done();
  if (!run) m.unknown();
  o.kind = type == "f64" ? group_of::real_double : group_of::real;
  o.run = run;
  if (rounding == "rz" || rounding == "rm" || rounding == "rp") {
    rounded_handlers().push_back({run, rounding == "rz"   ? FE_TOWARDZERO
                                       : rounding == "rm" ? FE_DOWNWARD
                                                          : FE_UPWARD});
    o.number = static_cast<std::int64_t>(rounded_handlers().size() - 1);
    o.run = with_rounding;
  }
  o.d = d.destination(s.operands.at(0));
  std::int32_t* to[] = {&o.a, &o.b, &o.c};
  for (std::size_t i = 1; i < s.operands.size() && i < 4; ++i) *to[i - 1] = d.source(s.operands[i]);
  d.add(o);
}

template <template <class> class F, int arguments>
void rounded(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string rounding = m.take_one({"rn", "rz", "rm", "rp"});
  const bool ftz = m.take("ftz"), sat = m.take("sat");
  const std::string type = m.type();
  finish(d, s, m, o, real<F, arguments>(type, ftz, sat), type, rounding);
}

/// min, max: `.NaN` gives NaN when one is.
template <template <class> class F>
struct with_nan {
  template <class T>
  struct op {
    T operator()(T a, T b) const {
      return a != a || b != b ? std::numeric_limits<T>::quiet_NaN() : F<T>()(a, b);
    }
  };
};
template <template <class> class F>
void decode_extreme(decoder& d, const statement& s, modifiers& m, operation& o) {
  const bool nan = m.take("NaN"), ftz = m.take("ftz");
  const std::string type = m.type();
  finish(d, s, m, o,
         nan ? real<with_nan<F>::template op, 2>(type, ftz, false) : real<F, 2>(type, ftz, false),
         type);
}
template <template <class> class F>
void decode_sign(decoder& d, const statement& s, modifiers& m, operation& o) {
  const bool ftz = m.take("ftz");
  const std::string type = m.type();
  finish(d, s, m, o,
         type == "f32" ? shape<F<float>, plain, float, float>(ftz, false)
                       : shape<F<double>, plain, double, double>(ftz, false),
         type);
}

template <class F, class T, class... A>
void approximate(decoder& d, const statement& s, modifiers& m, operation& o,
                 const std::string& type) {
  const bool ftz = m.take("ftz");
  finish(d, s, m, o, shape<F, shaped, T, A...>(ftz && sizeof(T) == 4, false), type);
  // counted apart: they run on units of their own
}

void decode_div(decoder& d, const statement& s, modifiers& m, operation& o) {
  if (!is_real(s)) return decode_integer(d, s, m, o, m.type());
  if (m.take("approx") || m.take("full"))
    return approximate<approximate_div, float, float, float>(d, s, m, o, m.type());
  rounded<rdiv, 2>(d, s, m, o);
}
void decode_rcp(decoder& d, const statement& s, modifiers& m, operation& o) {
  if (!m.take("approx")) return rounded<rrcp, 1>(d, s, m, o);
  const std::string type = m.type();
  type == "f64" ? approximate<approximate_rcp_double, double, double>(d, s, m, o, type)
                : approximate<approximate_rcp, float, float>(d, s, m, o, type);
}
void decode_sqrt(decoder& d, const statement& s, modifiers& m, operation& o) {
  if (!m.take("approx")) return rounded<rsqrt_, 1>(d, s, m, o);
  approximate<approximate_sqrt, float, float>(d, s, m, o, m.type());
}
void decode_rsqrt(decoder& d, const statement& s, modifiers& m, operation& o) {
  if (!m.take("approx")) m.unknown();
  const std::string type = m.type();
  type == "f64" ? approximate<approximate_rsqrt_double, double, double>(d, s, m, o, type)
                : approximate<approximate_rsqrt, float, float>(d, s, m, o, type);
}
template <class F>
void decode_approximate(decoder& d, const statement& s, modifiers& m, operation& o) {
  m.take("approx");
  const std::string type = m.type();
  if (type != "f32") m.unknown();
  approximate<F, float, float>(d, s, m, o, type);
}

template <class T>
struct copysign_op {
  T operator()(T sign, T size) const { return std::copysign(size, sign); }
};

template <template <class> class F, int arguments>
void decode_either(decoder& d, const statement& s, modifiers& m, operation& o) {
  if (is_real(s)) return rounded<F, arguments>(d, s, m, o);
  if (std::find(s.modifiers.begin(), s.modifiers.end(), "cc") != s.modifiers.end())
    return decode_carrying(d, s, m, o);
  decode_integer(d, s, m, o, m.type());
}

}  // namespace

void add_real(instruction_table& t) {
  t["add"] = decode_either<radd, 2>;
  t["sub"] = decode_either<rsub, 2>;
  t["mul"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    is_real(s) ? rounded<rmul, 2>(d, s, m, o) : decode_integer_mul(d, s, m, o);
  };
  t["mad"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    is_real(s) ? rounded<rfma, 3>(d, s, m, o) : decode_integer_mad(d, s, m, o);
  };
  t["fma"] = rounded<rfma, 3>;
  t["div"] = decode_div;
  t["rcp"] = decode_rcp;
  t["sqrt"] = decode_sqrt;
  t["rsqrt"] = decode_rsqrt;
  t["min"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    is_real(s) ? decode_extreme<rmin>(d, s, m, o) : decode_integer(d, s, m, o, m.type());
  };
  t["max"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    is_real(s) ? decode_extreme<rmax>(d, s, m, o) : decode_integer(d, s, m, o, m.type());
  };
  t["neg"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    is_real(s) ? decode_sign<rneg>(d, s, m, o) : decode_integer(d, s, m, o, m.type());
  };
  t["abs"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    is_real(s) ? decode_sign<rabs>(d, s, m, o) : decode_integer(d, s, m, o, m.type());
  };
  t["ex2"] = decode_approximate<approximate_ex2>;
  t["lg2"] = decode_approximate<approximate_lg2>;
  t["sin"] = decode_approximate<approximate_sin>;
  t["cos"] = decode_approximate<approximate_cos>;
  t["tanh"] = decode_approximate<approximate_tanh>;
  t["copysign"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    const std::string type = m.type();
    finish(d, s, m, o,
           type == "f32" ? handler(lanewise<copysign_op<float>, float, float>)
                         : handler(lanewise<copysign_op<double>, double, double>),
           type);
  };
}

}  // namespace ptx
