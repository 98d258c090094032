// Dense random measurements made anew on every pass.
#include <tubal/sensing_operators.hpp>

#include <algorithm>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/sensing/random_measurements.hpp"

namespace tubal {

namespace {

constexpr std::int64_t block_bytes = 1 << 21;  // stays in a cache between its two uses

/// Rows in a block
template <class T>
std::int64_t rows_per_block(std::int64_t size, std::int64_t m) {
  const std::int64_t row = std::max<std::int64_t>(1, size) * std::int64_t{sizeof(T)};
  return std::clamp<std::int64_t>(block_bytes / row, 1, std::max<std::int64_t>(m, 1));
}

shape domain_of_rows(const shape& domain, std::int64_t m) {
  const detail::checks check("generated_sensing");
  check.valid("domain", domain).between("m", m, 1, detail::largest_blas_size);
  if (domain.size() == 0) check.fail("domain is " + to_string(domain) + ", which has no entries");
  check.between("the number of entries of X", domain.size(), 1, detail::largest_blas_size);
  return domain;
}

}  // namespace

template <class T, class S>
struct generated_sensing<T, S>::state {
  std::int64_t size, m;
  ensemble_law law;
  std::uint64_t seed;
  tensor<T, S> block;  // rows of the matrix, one after the other

  std::int64_t rows() const { return block.shape().cols; }

  /// f(first row, rows as columns of a matrix) for each block
  template <class F>
  void for_each_block(context<S>& ctx, F&& f) const {
    for (std::int64_t first = 0; first < m; first += rows()) {
      const std::int64_t count = std::min(rows(), m - first);
      detail::fill_measurements(ctx, block.data(), first * size, count * size, m, law, seed);
      f(first, detail::contiguous<const T>(block.data(), size, count, 1));
    }
  }

  /// y(block) = rows . x + beta y(block)
  void apply(context<S>& ctx, detail::batch<const T> rows, const T* x, T beta, T* y) const {
    ctx.backend()->template gemm<T>(op::transpose, op::none, T(1), rows,
                                    detail::contiguous(x, size, 1, 1), beta,
                                    detail::contiguous(y, rows.cols, 1, 1));
  }
  /// x += rows^T y(block); the first block begins the sum
  void adjoint(context<S>& ctx, std::int64_t first, detail::batch<const T> rows, const T* y,
               T* x) const {
    ctx.backend()->template gemm<T>(op::none, op::none, T(1), rows,
                                    detail::contiguous(y, rows.cols, 1, 1), T(first == 0 ? 0 : 1),
                                    detail::contiguous(x, size, 1, 1));
  }
};

template <class T, class S>
generated_sensing<T, S>::generated_sensing(context<S>& ctx, const shape& domain, std::int64_t m,
                                           ensemble_law law, std::uint64_t seed)
    : sensing_operator<T, S>("generated_sensing", domain_of_rows(domain, m), m),
      state_(detail::make_owned<state>(
          state{domain.size(),
                m,
                law,
                seed,
                {ctx, {domain.size(), rows_per_block<T>(domain.size(), m), 1}}})) {}

template <class T, class S>
void generated_sensing<T, S>::do_apply(context<S>& ctx, tensor_view<const T, S> x,
                                       tensor_view<T, S> y) const {
  state_->for_each_block(ctx, [&](std::int64_t first, auto rows) {
    state_->apply(ctx, rows, x.data(), T(0), y.data() + first);
  });
}
template <class T, class S>
void generated_sensing<T, S>::do_adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                         tensor_view<T, S> x) const {
  state_->for_each_block(ctx, [&](std::int64_t first, auto rows) {
    state_->adjoint(ctx, first, rows, y.data() + first, x.data());
  });
}
template <class T, class S>
void generated_sensing<T, S>::do_normal_step(context<S>& ctx, tensor_view<const T, S> x,
                                             tensor_view<const T, S> y, tensor_view<T, S> residual,
                                             tensor_view<T, S> z) const {
  state_->for_each_block(ctx, [&](std::int64_t first, auto rows) {
    T* r = residual.data() + first;
    state_->apply(ctx, rows, x.data(), T(0), r);
    ctx.backend()->for_each(rows.cols, detail::subtract_data<T>{y.data() + first, r});
    state_->adjoint(ctx, first, rows, r, z.data());
  });
}
template <class T, class S>
std::size_t generated_sensing<T, S>::bytes() const {
  return static_cast<std::size_t>(state_->block.size()) * sizeof(T);
}

#define TUBAL_INSTANTIATE(T, S) template class generated_sensing<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
