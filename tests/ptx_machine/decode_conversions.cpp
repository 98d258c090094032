// cvt: between integers and real numbers, with the rounding that is asked for.
#include <cfenv>
#include <cmath>
#include <limits>

#include "decode.hpp"
#include "lanewise.hpp"

namespace ptx {

namespace {

enum class rounding { none, nearest, zero, down, up };

template <rounding r, class T>
T to_whole(T x) {
  if constexpr (r == rounding::nearest) return std::nearbyint(x);
  if constexpr (r == rounding::zero) return std::trunc(x);
  if constexpr (r == rounding::down) return std::floor(x);
  return std::ceil(x);
}

/// A real number as an integer: clamped to its range, 0 for NaN.
template <class D, class S>
D clamped(S x) {
  if (x != x) return 0;
  const double low = static_cast<double>(std::numeric_limits<D>::min());
  const double above =
      std::ldexp(1.0, std::numeric_limits<D>::digits);  // one more than the largest
  if (static_cast<double>(x) <= low) return std::numeric_limits<D>::min();
  if (static_cast<double>(x) >= above) return std::numeric_limits<D>::max();
  return static_cast<D>(x);
}

template <class D, class S, rounding r, bool sat>
struct convert {
  D operator()(S x) const {
    constexpr bool from_real = std::is_floating_point_v<S>, to_real = std::is_floating_point_v<D>;
    if constexpr (from_real && !to_real) {
      return clamped<D>(to_whole<r>(x));
    } else if constexpr (from_real && to_real) {
      D d;
      if constexpr (std::is_same_v<D, S>)
        d = r == rounding::none ? x : to_whole<r>(x);
      else
        d = static_cast<D>(x);
      if (sat) d = d > D(0) ? (d < D(1) ? d : D(1)) : D(0);
      if (sizeof(D) == 4 && d != d) return static_cast<D>(std::bit_cast<float>(0x7fffffffu));
      return d;
    } else if constexpr (to_real) {
      return static_cast<D>(x);
    } else {
      if (sat) {
        if constexpr (std::is_signed_v<S>) {
          if (x < 0 && (!std::is_signed_v<D> ||
                        static_cast<s64>(x) < static_cast<s64>(std::numeric_limits<D>::min())))
            return std::numeric_limits<D>::min();
        }
        if (x > 0 && static_cast<u64>(x) > static_cast<u64>(std::numeric_limits<D>::max()))
          return std::numeric_limits<D>::max();
      }
      return static_cast<D>(x);
    }
  }
};

using s8 = std::int8_t;

template <class F>
handler for_type(const std::string& t, F make) {
  if (t == "u8" || t == "b8") return make(std::type_identity<u8>());
  if (t == "s8") return make(std::type_identity<s8>());
  if (t == "u16" || t == "b16") return make(std::type_identity<u16>());
  if (t == "s16") return make(std::type_identity<s16>());
  if (t == "u32" || t == "b32") return make(std::type_identity<u32>());
  if (t == "s32") return make(std::type_identity<s32>());
  if (t == "u64" || t == "b64") return make(std::type_identity<u64>());
  if (t == "s64") return make(std::type_identity<s64>());
  if (t == "f32") return make(std::type_identity<float>());
  if (t == "f64") return make(std::type_identity<double>());
  return nullptr;
}

template <class D, class S>
handler with(rounding r, bool sat) {
  const auto choose = [&]<bool s>(std::bool_constant<s>) -> handler {
    if constexpr (std::is_floating_point_v<S>) {
      if (r == rounding::nearest) return lanewise<convert<D, S, rounding::nearest, s>, S>;
      if (r == rounding::zero) return lanewise<convert<D, S, rounding::zero, s>, S>;
      if (r == rounding::down) return lanewise<convert<D, S, rounding::down, s>, S>;
      if (r == rounding::up) return lanewise<convert<D, S, rounding::up, s>, S>;
    }
    if (std::is_floating_point_v<S> && !std::is_floating_point_v<D>) return nullptr;
    return lanewise<convert<D, S, rounding::none, s>, S>;
  };
  return sat ? choose(std::true_type()) : choose(std::false_type());
}

/// A small integer fills its register: with its sign, where it has one.
struct widened_s8 {
  s32 operator()(s8 a) const { return a; }
};

/// Rounding of a real number that is not to nearest.
struct directed {
  handler run;
  int mode;
};
std::vector<directed>& all_directed() {
  static std::vector<directed> all;
  return all;
}
bool convert_directed(warp& w, const operation& o, std::uint32_t mask) {
  const directed& r = all_directed()[static_cast<std::size_t>(o.number)];
  std::fesetround(r.mode);
  r.run(w, o, mask);
  std::fesetround(FE_TONEAREST);
  return true;
}

void decode_cvt(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string whole = m.take_one({"rni", "rzi", "rmi", "rpi"}),
                    real = m.take_one({"rn", "rz", "rm", "rp"});
  if (m.take("ftz")) m.unknown();
  const bool sat = m.take("sat");
  const std::string to = m.type(), from = m.type();
  m.done();
  const char how = !whole.empty() ? whole[1] : ' ';
  const rounding r = how == 'n'   ? rounding::nearest
                     : how == 'z' ? rounding::zero
                     : how == 'm' ? rounding::down
                     : how == 'p' ? rounding::up
                                  : rounding::none;
  o.run = for_type(to, [&]<class D>(std::type_identity<D>) {
    return for_type(from, [&]<class S>(std::type_identity<S>) { return with<D, S>(r, sat); });
  });
  if (!o.run) m.unknown();
  if (to == "s8" && !sat) o.run = lanewise<widened_s8, s8>;
  if (real.size() == 2 && real != "rn") {
    all_directed().push_back({o.run, real == "rz"   ? FE_TOWARDZERO
                                     : real == "rm" ? FE_DOWNWARD
                                                    : FE_UPWARD});
    o.number = static_cast<std::int64_t>(all_directed().size() - 1);
    o.run = convert_directed;
  }
  o.kind = group_of::convert;
  o.d = d.destination(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  d.add(o);
}

}  // namespace

void add_conversions(instruction_table& t) { t["cvt"] = decode_cvt; }

}  // namespace ptx
