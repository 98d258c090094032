// Atomic operations: lane after lane, beginning with any.
#include <algorithm>
#include <cstring>
#include <functional>

#include "declarations.hpp"
#include "decode.hpp"
#include "lanewise.hpp"
#include "memory.hpp"

namespace ptx {

space space_of_access(modifiers&);

namespace {

template <class T>
struct a_add {
  T operator()(T old, T b, T) const {
    if constexpr (std::is_floating_point_v<T>)
      return old + b;
    else
      return static_cast<T>(static_cast<std::make_unsigned_t<T>>(old) +
                            static_cast<std::make_unsigned_t<T>>(b));
  }
};
template <class T>
struct a_min {
  T operator()(T old, T b, T) const { return b < old ? b : old; }
};
template <class T>
struct a_max {
  T operator()(T old, T b, T) const { return old < b ? b : old; }
};
template <class T>
struct a_and {
  T operator()(T old, T b, T) const { return old & b; }
};
template <class T>
struct a_or {
  T operator()(T old, T b, T) const { return old | b; }
};
template <class T>
struct a_xor {
  T operator()(T old, T b, T) const { return old ^ b; }
};
template <class T>
struct a_exch {
  T operator()(T, T b, T) const { return b; }
};
template <class T>
struct a_cas {
  T operator()(T old, T b, T c) const { return old == b ? c : old; }
};
template <class T>
struct a_inc {
  T operator()(T old, T b, T) const { return old >= b ? 0 : static_cast<T>(old + 1); }
};
template <class T>
struct a_dec {
  T operator()(T old, T b, T) const { return old == 0 || old > b ? b : static_cast<T>(old - 1); }
};

template <class F, class T>
bool atomic(warp& w, const operation& o, std::uint32_t mask) {
  const unsigned first = w.in_block().of().random()() % lanes;
  for (unsigned i = 0; i < lanes; ++i) {
    const unsigned lane = (first + i) % lanes;
    if (!(mask >> lane & 1)) continue;
    const spot s = reach(w, lane, o.where, address_of(w, o, lane), sizeof(T), sizeof(T));
    if (!s.data) continue;
    note(w, lane, s, sizeof(T), sizeof(T), use::strong_read);
    if (s.id) {
      w.acquire(s.id, o.acquires);
      w.release(s.id, o.releases);
    }
    T old;
    std::memcpy(&old, s.data, sizeof old);
    const T fresh = F()(old, value<T>(w.in(o.b)[lane]), value<T>(w.in(o.c)[lane]));
    std::memcpy(s.data, &fresh, sizeof fresh);
    note(w, lane, s, sizeof(T), sizeof(T), use::strong_write);
    if (o.d >= 0) w.out(o.d)[lane] = word(old);
    if (std::memcmp(&old, &fresh, sizeof old) != 0) w.in_block().of().progress();
  }
  return true;
}

template <class T>
handler of_operation(const std::string& name) {
  if (name == "add") return atomic<a_add<T>, T>;
  if constexpr (!std::is_floating_point_v<T>) {
    if (name == "min") return atomic<a_min<T>, T>;
    if (name == "max") return atomic<a_max<T>, T>;
    if (name == "and") return atomic<a_and<T>, T>;
    if (name == "or") return atomic<a_or<T>, T>;
    if (name == "xor") return atomic<a_xor<T>, T>;
    if (name == "exch") return atomic<a_exch<T>, T>;
    if (name == "cas") return atomic<a_cas<T>, T>;
    if (name == "inc") return atomic<a_inc<T>, T>;
    if (name == "dec") return atomic<a_dec<T>, T>;
  }
  return nullptr;
}

void decode_atomic(decoder& d, const statement& s, modifiers& m, operation& o, bool returns) {
  m.ignore_hints();
  m.take("noftz");
  const bool both = m.take("acq_rel");
  o.acquires = m.take("acquire") || both;
  o.releases = m.take("release") || both;
  m.take("relaxed");
  m.take_one({"cta", "cluster", "gpu", "sys"});
  o.where = space_of_access(m);
  const std::string what =
      m.take_one({"add", "min", "max", "and", "or", "xor", "exch", "cas", "inc", "dec"});
  const std::string type = m.type();
  m.done();
  if (type == "u32" || type == "b32") o.run = of_operation<u32>(what);
  if (type == "s32") o.run = of_operation<s32>(what);
  if (type == "u64" || type == "b64") o.run = of_operation<u64>(what);
  if (type == "s64") o.run = of_operation<s64>(what);
  if (type == "f32") o.run = of_operation<float>(what);
  if (type == "f64") o.run = of_operation<double>(what);
  if (type == "b16" || type == "u16") o.run = of_operation<u16>(what);
  if (!o.run) m.unknown();
  o.kind = group_of::atomic;
  const std::size_t first = returns ? 1 : 0;
  if (returns) o.d = d.destination(s.operands.at(0));
  d.address(s.operands.at(first), o);
  o.b = d.source(s.operands.at(first + 1));
  o.c = what == "cas" ? d.source(s.operands.at(first + 2)) : o.b;
  d.add(o);
}

}  // namespace

void add_atomics(instruction_table& t) {
  t["atom"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    decode_atomic(d, s, m, o, true);
  };
  t["red"] = [](decoder& d, const statement& s, modifiers& m, operation& o) {
    if (m.take("async")) m.unknown();
    decode_atomic(d, s, m, o, false);
  };
}

}  // namespace ptx
