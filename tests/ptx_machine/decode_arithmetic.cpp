// Integers: sums, products, quotients, bits, carries.
#include <limits>

#include "decode.hpp"
#include "lanewise.hpp"

namespace ptx {

namespace {

template <class T>
using wrapping = std::make_unsigned_t<T>;
template <class T>
struct wide_of;
template <>
struct wide_of<u16> {
  using type = u32;
};
template <>
struct wide_of<s16> {
  using type = s32;
};
template <>
struct wide_of<u32> {
  using type = u64;
};
template <>
struct wide_of<s32> {
  using type = s64;
};
__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 s128;
template <>
struct wide_of<u64> {
  using type = u128;
};
template <>
struct wide_of<s64> {
  using type = s128;
};
template <class T>
using wide = typename wide_of<T>::type;

template <class T>
T sum(T a, T b) {
  return static_cast<T>(wrapping<T>(a) + wrapping<T>(b));
}
template <class T>
T product(T a, T b) {
  return static_cast<T>(wide<wrapping<T>>(wrapping<T>(a)) * wrapping<T>(b));
}
template <class T>
T high(T a, T b) {
  return static_cast<T>((wide<T>(a) * wide<T>(b)) >> (8 * sizeof(T)));
}

template <class T>
struct add_op {
  T operator()(T a, T b) const { return sum(a, b); }
};
template <class T>
struct sub_op {
  T operator()(T a, T b) const { return static_cast<T>(wrapping<T>(a) - wrapping<T>(b)); }
};
template <class T>
struct mul_lo {
  T operator()(T a, T b) const { return product(a, b); }
};
template <class T>
struct mul_hi {
  T operator()(T a, T b) const { return high(a, b); }
};
template <class T>
struct mul_wide {
  wide<T> operator()(T a, T b) const { return static_cast<wide<T>>(wide<T>(a) * wide<T>(b)); }
};
template <class T>
struct mad_lo {
  T operator()(T a, T b, T c) const { return sum(product(a, b), c); }
};
template <class T>
struct mad_hi {
  T operator()(T a, T b, T c) const { return sum(high(a, b), c); }
};
template <class T>
struct mad_wide {
  wide<T> operator()(T a, T b, wide<T> c) const {
    return static_cast<wide<T>>(wrapping<wide<T>>(wide<T>(a) * wide<T>(b)) + wrapping<wide<T>>(c));
  }
};
// by zero: what the hardware gives is not specified; here all bits
template <class T>
struct div_op {
  T operator()(T a, T b) const {
    if (b == 0) return static_cast<T>(-1);
    if constexpr (std::is_signed_v<T>)
      if (b == -1) return static_cast<T>(-wrapping<T>(a));
    return static_cast<T>(a / b);
  }
};
template <class T>
struct rem_op {
  T operator()(T a, T b) const {
    if (b == 0) return static_cast<T>(-1);
    if constexpr (std::is_signed_v<T>)
      if (b == -1) return 0;
    return static_cast<T>(a % b);
  }
};
template <class T>
struct min_op {
  T operator()(T a, T b) const { return a < b ? a : b; }
};
template <class T>
struct max_op {
  T operator()(T a, T b) const { return a > b ? a : b; }
};
template <class T>
struct neg_op {
  T operator()(T a) const { return static_cast<T>(-wrapping<T>(a)); }
};
template <class T>
struct abs_op {
  T operator()(T a) const { return a < 0 ? static_cast<T>(-wrapping<T>(a)) : a; }
};
template <class T>
struct sad_op {
  wrapping<T> operator()(T a, T b, wrapping<T> c) const {
    return static_cast<wrapping<T>>(
        c + (a < b ? wrapping<T>(b) - wrapping<T>(a) : wrapping<T>(a) - wrapping<T>(b)));
  }
};
template <class T>
struct and_op {
  T operator()(T a, T b) const { return a & b; }
};
template <class T>
struct or_op {
  T operator()(T a, T b) const { return a | b; }
};
template <class T>
struct xor_op {
  T operator()(T a, T b) const { return a ^ b; }
};
template <class T>
struct not_op {
  T operator()(T a) const { return static_cast<T>(~a); }
};
template <class T>
struct shl_op {
  T operator()(T a, u32 by) const {
    return by >= 8 * sizeof(T) ? T(0) : static_cast<T>(wrapping<T>(a) << by);
  }
};
template <class T>
struct shr_op {
  T operator()(T a, u32 by) const {
    constexpr u32 bits = 8 * sizeof(T);
    if (by >= bits) return std::is_signed_v<T> && a < T(0) ? static_cast<T>(-1) : T(0);
    return static_cast<T>(a >> by);
  }
};
template <class T>
struct clz_op {
  u32 operator()(T a) const { return static_cast<u32>(std::countl_zero(a)); }
};
template <class T>
struct popc_op {
  u32 operator()(T a) const { return static_cast<u32>(std::popcount(a)); }
};
template <class T>
struct brev_op {
  T operator()(T a) const {
    T r = 0;
    for (unsigned i = 0; i < 8 * sizeof(T); ++i) r = static_cast<T>(r << 1 | (a >> i & 1));
    return r;
  }
};
template <class T>
struct bfe_op {
  T operator()(T a, u32 from, u32 count) const {
    from &= 255;
    count &= 255;
    constexpr u32 bits = 8 * sizeof(T);
    T r = 0;
    const u32 last = std::min(from + count - 1, bits - 1);
    const T sign = std::is_signed_v<T> && count > 0 ? static_cast<T>(a >> last & 1) : T(0);
    for (u32 i = 0; i < bits; ++i) {
      const T bit = i < count && from + i < bits ? static_cast<T>(a >> (from + i) & 1) : sign;
      r = static_cast<T>(r | static_cast<T>(wrapping<T>(bit) << i));
    }
    return r;
  }
};
template <class T>
struct bfind_op {
  u32 operator()(T a) const {
    if constexpr (std::is_signed_v<T>)
      if (a < 0) a = static_cast<T>(~a);
    const auto u = static_cast<wrapping<T>>(a);
    return u == 0 ? ~0u : 8 * sizeof(T) - 1 - static_cast<u32>(std::countl_zero(u));
  }
};

template <class F>
handler for_integer(const std::string& type, F make) {
  if (type == "u16" || type == "b16") return make(std::type_identity<u16>());
  if (type == "s16") return make(std::type_identity<s16>());
  if (type == "u32" || type == "b32") return make(std::type_identity<u32>());
  if (type == "s32") return make(std::type_identity<s32>());
  if (type == "u64" || type == "b64") return make(std::type_identity<u64>());
  if (type == "s64") return make(std::type_identity<s64>());
  return nullptr;
}
template <template <class> class Op>
handler unary(const std::string& type) {
  return for_integer(type,
                     []<class T>(std::type_identity<T>) -> handler { return lanewise<Op<T>, T>; });
}
template <template <class> class Op>
handler binary(const std::string& type) {
  return for_integer(
      type, []<class T>(std::type_identity<T>) -> handler { return lanewise<Op<T>, T, T>; });
}
template <template <class> class Op>
handler ternary(const std::string& type) {
  return for_integer(
      type, []<class T>(std::type_identity<T>) -> handler { return lanewise<Op<T>, T, T, T>; });
}

void finish(decoder& d, const statement& s, modifiers& m, operation& o, handler run) {
  m.done();
  if (!run) m.unknown();
  o.run = run;
  o.kind = group_of::integer;
  o.d = d.destination(s.operands.at(0));
  std::int32_t* to[] = {&o.a, &o.b, &o.c};
  for (std::size_t i = 1; i < s.operands.size() && i < 4; ++i) *to[i - 1] = d.source(s.operands[i]);
  d.add(o);
}

// ---- bit fields of four operands
template <class T>
bool bfi(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  const auto *a = w.in(o.a), *b = w.in(o.b), *from = w.in(o.c), *count = w.in(o.e);
  each_lane(mask, [&](unsigned l) {
    T r = static_cast<T>(b[l]);
    for (u32 i = 0; i < (count[l] & 255); ++i) {
      const u32 at = static_cast<u32>(from[l] & 255) + i;
      if (at >= 8 * sizeof(T)) break;
      r = static_cast<T>((r & ~(T(1) << at)) | (static_cast<T>(a[l] >> i & 1) << at));
    }
    d[l] = r;
  });
  return true;
}
bool lop3(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  const auto *a = w.in(o.a), *b = w.in(o.b), *c = w.in(o.c);
  each_lane(mask, [&](unsigned l) {
    u32 r = 0;
    for (int i = 0; i < 8; ++i)
      if (o.number >> i & 1)
        r |= static_cast<u32>((i & 4 ? a[l] : ~a[l]) & (i & 2 ? b[l] : ~b[l]) &
                              (i & 1 ? c[l] : ~c[l]));
    d[l] = r;
  });
  return true;
}
/// Bytes of {b, a} chosen by nibbles of c; bit 3 of one repeats the sign.
struct prmt_op {
  u32 operator()(u32 a, u32 b, u32 c) const {
    const u64 both = u64{b} << 32 | a;
    u32 r = 0;
    for (int i = 0; i < 4; ++i) {
      const u32 n = c >> (4 * i) & 15;
      u32 byte = static_cast<u32>(both >> (8 * (n & 7)) & 255);
      if (n & 8) byte = byte & 128 ? 255 : 0;
      r |= byte << (8 * i);
    }
    return r;
  }
};
template <bool left, bool clamp>
struct shf_op {
  u32 operator()(u32 low, u32 up, u32 by) const {
    by = clamp ? std::min(by, 32u) : by & 31;
    const u64 both = u64{up} << 32 | low;
    return static_cast<u32>(left ? (both << by) >> 32 : both >> by);
  }
};
template <class T>
struct dp4a_op {
  T operator()(u32 a, u32 b, T c) const {
    using byte = std::conditional_t<std::is_signed_v<T>, std::int8_t, std::uint8_t>;
    for (int i = 0; i < 4; ++i)
      c = sum(c, static_cast<T>(static_cast<byte>(a >> (8 * i)) * static_cast<byte>(b >> (8 * i))));
    return c;
  }
};

// ---- extended precision: sums with the carry of every lane
enum class carried { add, sub, mad_lo, mad_hi };
template <class T, carried what>
bool with_carry(warp& w, const operation& o, std::uint32_t mask) {
  using U = wrapping<T>;
  std::uint64_t* d = w.out(o.d);
  const auto *a = w.in(o.a), *b = w.in(o.b);
  const bool uses = o.number & 1, sets = o.number & 2;
  const bool mad = what == carried::mad_lo || what == carried::mad_hi;
  const auto* c = mad ? w.in(o.c) : nullptr;
  each_lane(mask, [&](unsigned l) {
    U x = static_cast<U>(a[l]), y = static_cast<U>(b[l]);
    if (mad) {
      x = static_cast<U>(what == carried::mad_lo ? product(T(x), T(y)) : high(T(x), T(y)));
      y = static_cast<U>(c[l]);
    }
    const U in = uses ? w.carry >> l & 1 : 0;
    U r;
    bool carry;
    if (what == carried::sub) {
      r = static_cast<U>(x - y - in);
      carry = x < y || (x == y && in);
    } else {
      r = static_cast<U>(x + y + in);
      carry = r < x || (r == x && in);
    }
    d[l] = r;
    if (sets) w.carry = (w.carry & ~(1u << l)) | (u32{carry} << l);
  });
  return true;
}
template <carried what>
handler carry_handler(const std::string& type) {
  return for_integer(type, []<class T>(std::type_identity<T>) -> handler {
    if constexpr (sizeof(T) < 4)
      return nullptr;
    else
      return with_carry<T, what>;
  });
}

template <carried what>
void decode_carry(decoder& d, const statement& s, modifiers& m, operation& o, bool uses) {
  o.number = (uses ? 1 : 0) | (m.take("cc") ? 2 : 0);
  finish(d, s, m, o, carry_handler<what>(m.type()));
}

void decode_mul(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string part = m.take_one({"lo", "hi", "wide"}), type = m.type();
  if (part == "wide")
    return finish(d, s, m, o, for_integer(type, []<class T>(std::type_identity<T>) -> handler {
                    if constexpr (sizeof(T) > 4)
                      return nullptr;
                    else
                      return lanewise<mul_wide<T>, T, T>;
                  }));
  finish(d, s, m, o,
         part == "hi"   ? binary<mul_hi>(type)
         : part == "lo" ? binary<mul_lo>(type)
                        : nullptr);
}
void decode_mad(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string part = m.take_one({"lo", "hi", "wide"});
  if (m.take("cc")) {
    o.number = 2;
    const std::string type = m.type();
    return finish(
        d, s, m, o,
        part == "lo" ? carry_handler<carried::mad_lo>(type) : carry_handler<carried::mad_hi>(type));
  }
  const std::string type = m.type();
  if (part == "wide")
    return finish(d, s, m, o, for_integer(type, []<class T>(std::type_identity<T>) -> handler {
                    if constexpr (sizeof(T) > 4)
                      return nullptr;
                    else
                      return lanewise<mad_wide<T>, T, T, wide<T>>;
                  }));
  finish(d, s, m, o,
         part == "hi"   ? ternary<mad_hi>(type)
         : part == "lo" ? ternary<mad_lo>(type)
                        : nullptr);
}
void decode_madc(decoder& d, const statement& s, modifiers& m, operation& o) {
  const bool low = m.take("lo");
  if (!low && !m.take("hi")) m.unknown();
  low ? decode_carry<carried::mad_lo>(d, s, m, o, true)
      : decode_carry<carried::mad_hi>(d, s, m, o, true);
}

// ---- predicates have registers of their own
template <class F>
bool of_predicates(warp& w, const operation& o, std::uint32_t mask) {
  const std::uint32_t r = F()(w.predicate(o.a), o.b >= 0 ? w.predicate(o.b) : 0);
  std::uint32_t& d = w.predicate(o.d);
  d = (d & ~mask) | (r & mask);
  return true;
}
struct and_masks {
  u32 operator()(u32 a, u32 b) const { return a & b; }
};
struct or_masks {
  u32 operator()(u32 a, u32 b) const { return a | b; }
};
struct xor_masks {
  u32 operator()(u32 a, u32 b) const { return a ^ b; }
};
struct not_mask {
  u32 operator()(u32 a, u32) const { return ~a; }
};

template <template <class> class Op, class Mask, int arguments>
void decode_logic(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string type = m.type();
  if (type != "pred") {
    if constexpr (arguments == 1)
      return finish(d, s, m, o, unary<Op>(type));
    else
      return finish(d, s, m, o, binary<Op>(type));
  }
  m.done();
  o.run = of_predicates<Mask>;
  o.kind = group_of::integer;
  o.d = d.predicate(s.operands.at(0));
  o.a = d.predicate(s.operands.at(1));
  if (arguments == 2) o.b = d.predicate(s.operands.at(2));
  d.add(o);
}

template <template <class> class Op>
void decode_shift(decoder& d, const statement& s, modifiers& m, operation& o) {
  finish(d, s, m, o, for_integer(m.type(), []<class T>(std::type_identity<T>) -> handler {
           return lanewise<Op<T>, T, u32>;
         }));
}
template <template <class> class Op>
void decode_count(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string type = m.type();
  finish(d, s, m, o,
         type == "b32"   ? handler(lanewise<Op<u32>, u32>)
         : type == "b64" ? handler(lanewise<Op<u64>, u64>)
                         : nullptr);
}

}  // namespace

// ---- those that real numbers have, too; decode_real.cpp asks for them
void decode_integer(decoder& d, const statement& s, modifiers& m, operation& o,
                    const std::string& type) {
  const std::string_view name = s.mnemonic;
  handler run = nullptr;
  if (name == "add") run = binary<add_op>(type);
  if (name == "sub") run = binary<sub_op>(type);
  if (name == "div") run = binary<div_op>(type);
  if (name == "min") run = binary<min_op>(type);
  if (name == "max") run = binary<max_op>(type);
  if (name == "neg") run = unary<neg_op>(type);
  if (name == "abs") run = unary<abs_op>(type);
  finish(d, s, m, o, run);
}
void decode_integer_mul(decoder& d, const statement& s, modifiers& m, operation& o) {
  decode_mul(d, s, m, o);
}
void decode_integer_mad(decoder& d, const statement& s, modifiers& m, operation& o) {
  decode_mad(d, s, m, o);
}
void decode_carrying(decoder& d, const statement& s, modifiers& m, operation& o) {
  const std::string_view name = s.mnemonic;
  if (name.starts_with("add")) return decode_carry<carried::add>(d, s, m, o, name == "addc");
  decode_carry<carried::sub>(d, s, m, o, name == "subc");
}

void add_arithmetic(instruction_table& t) {
  t["rem"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    finish(d, s, m, o, binary<rem_op>(m.type()));
  };
  t["addc"] = t["subc"] = decode_carrying;
  t["madc"] = decode_madc;
  t["sad"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    finish(d, s, m, o, ternary<sad_op>(m.type()));
  };
  t["and"] = decode_logic<and_op, and_masks, 2>;
  t["or"] = decode_logic<or_op, or_masks, 2>;
  t["xor"] = decode_logic<xor_op, xor_masks, 2>;
  t["not"] = decode_logic<not_op, not_mask, 1>;
  t["shl"] = decode_shift<shl_op>;
  t["shr"] = decode_shift<shr_op>;
  t["clz"] = decode_count<clz_op>;
  t["popc"] = decode_count<popc_op>;
  t["brev"] = decode_count<brev_op>;
  t["bfe"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    finish(d, s, m, o, for_integer(m.type(), []<class T>(std::type_identity<T>) -> handler {
             return lanewise<bfe_op<T>, T, u32, u32>;
           }));
  };
  t["bfind"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    finish(d, s, m, o, unary<bfind_op>(m.type()));
  };
  t["bfi"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    o.e = d.source(s.operands.at(4));
    const std::string type = m.type();
    finish(d, s, m, o,
           type == "b32"   ? handler(bfi<u32>)
           : type == "b64" ? handler(bfi<u64>)
                           : nullptr);
  };
  t["lop3"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    o.number = s.operands.at(4).value;
    finish(d, s, m, o, m.type() == "b32" ? handler(lop3) : nullptr);
  };
  t["prmt"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    finish(d, s, m, o, m.type() == "b32" ? handler(lanewise<prmt_op, u32, u32, u32>) : nullptr);
  };
  t["shf"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    const bool left = m.take("l");
    if (!left && !m.take("r")) m.unknown();
    const bool clamp = m.take("clamp");
    if (!clamp && !m.take("wrap")) m.unknown();
    m.type();
    finish(d, s, m, o,
           left ? (clamp ? handler(lanewise<shf_op<true, true>, u32, u32, u32>)
                         : handler(lanewise<shf_op<true, false>, u32, u32, u32>))
                : (clamp ? handler(lanewise<shf_op<false, true>, u32, u32, u32>)
                         : handler(lanewise<shf_op<false, false>, u32, u32, u32>)));
  };
  t["dp4a"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    const std::string a = m.type(), b = m.type();
    if (a != b) m.unknown();
    finish(d, s, m, o,
           a == "s32" ? handler(lanewise<dp4a_op<s32>, u32, u32, s32>)
                      : handler(lanewise<dp4a_op<u32>, u32, u32, u32>));
  };
}

}  // namespace ptx
