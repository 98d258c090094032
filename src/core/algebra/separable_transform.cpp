#include "core/algebra/separable_transform.hpp"

#include <tubal/error.hpp>

#include "core/instantiate.hpp"

namespace tubal::detail {

template <class T, class S>
separable_transform<T, S>::separable_transform(context<S>& ctx, shape s, const transform& along)
    : b_(ctx.backend()),
      tubes_(s.slice_size()),
      tube_(s.tube),
      complex_(along.slices(s.tube).complex) {
  const tube_dimensions sizes = along.dimensions(s.tube);
  const auto matrix = [&](std::int64_t k, const std::vector<double>& values) {
    return from_host<T>(ctx, {k, k, 1}, std::vector<T>(values.begin(), values.end()));
  };
  std::int64_t before = tubes_, after = s.tube;
  for (const std::int64_t k : sizes) {
    after /= k;
    dimensions_.push_back(
        {before, k, after, matrix(k, along.values(k)), matrix(k, along.inverse_values(k))});
    before *= k;
  }
  if (sizes.count > 1) first_ = tensor<T, S>(ctx, s);
  if (sizes.count > 2 || (sizes.count > 1 && along.is_dft())) second_ = tensor<T, S>(ctx, s);
  if (sizes.count > 1 && along.is_dft()) {
    const auto [join, split] = mixing_tables(sizes, along.stored_slices(s.tube));
    join_ = upload(join);
    split_ = upload(split);
  }
}

template <class T, class S>
auto separable_transform<T, S>::upload(const mixing_table& table) -> mixing {
  const std::size_t bytes = table.entries.size() * sizeof(std::int64_t);
  const std::size_t weight_bytes = table.weights.size() * sizeof(double);
  mixing m{table.terms, storage<S>(b_, bytes), storage<S>(b_, weight_bytes)};
  b_->upload(m.entries.data(), table.entries.data(), bytes);
  b_->upload(m.weights.data(), table.weights.data(), weight_bytes);
  return m;
}

/// y = x M^T along one dimension
template <class T, class S>
void separable_transform<T, S>::multiply(const dimension& d, const tensor<T, S>& matrix, const T* x,
                                         T* y) {
  batch<const T> m = contiguous<const T>(matrix.data(), d.length, d.length, d.after);
  m.stride = 0;
  b_->template gemm<T>(op::none, op::transpose, T(1),
                       contiguous<const T>(x, d.before, d.length, d.after), m, T(0),
                       contiguous(y, d.before, d.length, d.after));
}

template <class T, class S>
void separable_transform<T, S>::mix(const mixing& m, bool from_complex, const T* x, T* y) {
  b_->for_each(tubes_ * tube_,
               mix_slices<T>{x, y, tubes_, 2 * complex_, m.terms,
                             static_cast<const std::int64_t*>(m.entries.data()),
                             static_cast<const double*>(m.weights.data()), from_complex});
}

template <class T, class S>
void separable_transform<T, S>::forward(const T* x, T* spectrum) {
  const bool joins = join_.terms > 0;
  for (std::size_t i = 0; i < dimensions_.size(); ++i) {
    const bool last = i + 1 == dimensions_.size() && !joins;
    T* to = last ? spectrum : (i % 2 == 0 ? first_ : second_).data();
    multiply(dimensions_[i], dimensions_[i].forward, x, to);
    x = to;
  }
  if (joins) mix(join_, false, x, spectrum);
}

template <class T, class S>
void separable_transform<T, S>::inverse(const T* spectrum, T* x) {
  const T* from = spectrum;
  bool even = true;
  const auto next = [&] { return (std::exchange(even, !even) ? first_ : second_).data(); };
  if (join_.terms > 0) {
    T* to = next();
    mix(split_, true, from, to);
    from = to;
  }
  for (std::size_t i = dimensions_.size(); i-- > 0;) {
    T* to = i == 0 ? x : next();
    multiply(dimensions_[i], dimensions_[i].inverse, from, to);
    from = to;
  }
}

template <class T, class S>
std::size_t separable_transform<T, S>::workspace_bytes() const {
  std::size_t bytes = join_.entries.bytes() + join_.weights.bytes() + split_.entries.bytes() +
                      split_.weights.bytes();
  std::int64_t reals = first_.size() + second_.size();
  for (const dimension& d : dimensions_) reals += 2 * d.length * d.length;
  return bytes + static_cast<std::size_t>(reals) * sizeof(T);
}

#define TUBAL_INSTANTIATE(T, S) template class separable_transform<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal::detail
