// Tensors: memory and moving values.
#include <tubal/error.hpp>
#include <tubal/tensor.hpp>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

namespace detail {

template <class S>
storage<S>::storage(std::shared_ptr<backend<S>> owner, std::size_t bytes)
    : owner_(std::move(owner)), data_(owner_->allocate(bytes)), bytes_(bytes) {}

template <class S>
storage<S>::~storage() {
  if (data_) owner_->release(data_, bytes_);
}

}  // namespace detail

template <class T, class S>
tensor<T, S>::tensor(context<S>& ctx, tubal::shape s) {
  detail::checks("tensor").valid("its shape", s);
  storage_ = {ctx.backend(), static_cast<std::size_t>(s.size()) * sizeof(T)};
  static_cast<tensor_view<T, S>&>(*this) = {static_cast<T*>(storage_.data()), s};
}

template <class T, class S>
tensor<T, S> zeros(context<S>& ctx, shape s) {
  tensor<T, S> x(ctx, s);
  ctx.backend()->for_each(x.size(), detail::fill_constant<T>{x.data(), T(0)});
  return x;
}

template <class T, class S>
tensor<T, S> from_host(context<S>& ctx, shape s, const T* values) {
  tensor<T, S> x(ctx, s);
  detail::checks("from_host").usable({"values", values, s, sizeof(T)});
  ctx.backend()->upload(x.data(), values, static_cast<std::size_t>(x.size()) * sizeof(T));
  return x;
}

template <class T, class S>
tensor<T, S> from_host(context<S>& ctx, shape s, const std::vector<T>& values) {
  const detail::checks check("from_host");
  check.valid("its shape", s);
  if (static_cast<std::int64_t>(values.size()) != s.size())
    check.fail_shape("values holds " + std::to_string(values.size()) + " numbers, but " +
                     to_string(s) + " asks for " + std::to_string(s.size()));
  return from_host(ctx, s, values.data());
}

template <class T, class S>
void to_host(context<S>& ctx, input<T, S> x, T* values) {
  detail::checks("to_host")
      .usable(detail::describe("x", x))
      .usable({"values", values, x.shape(), sizeof(T)});
  ctx.backend()->download(values, x.data(), static_cast<std::size_t>(x.size()) * sizeof(T));
  ctx.wait();
}

template <class T, class S>
void copy(context<S>& ctx, input<T, S> from, tensor_view<T, S> to) {
  const detail::argument in = detail::describe("from", from), out = detail::describe("to", to);
  detail::checks("copy").usable(in).is(out, from.shape(), "from").disjoint(out, in);
  ctx.backend()->copy(to.data(), from.data(), in.bytes());
}

#define TUBAL_INSTANTIATE(S)                                                    \
  template class detail::storage<S>;                                            \
  template class tensor<std::int64_t, S>; /* of indices */                      \
  template tensor<std::int64_t, S> from_host(context<S>&, shape,                \
                                             const std::vector<std::int64_t>&); \
  template void to_host(context<S>&, input<std::int64_t, S>, std::int64_t*);
TUBAL_FOR_EACH_SPACE(TUBAL_INSTANTIATE)
#undef TUBAL_INSTANTIATE
#define TUBAL_INSTANTIATE(T, S)                                               \
  template class tensor<T, S>;                                                \
  template tensor<T, S> zeros(context<S>&, shape);                            \
  template tensor<T, S> from_host(context<S>&, shape, const T*);              \
  template tensor<T, S> from_host(context<S>&, shape, const std::vector<T>&); \
  template void to_host(context<S>&, input<T, S>, T*);                        \
  template void copy(context<S>&, input<T, S>, tensor_view<T, S>);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
