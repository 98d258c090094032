// The sensing step: in one pass over A where that pays, else by two matrix-vector products.
#include <type_traits>

#include "cuda/context.hpp"
#include "cuda/kernels/one_pass.hpp"
#include "cuda/kernels/slices.hpp"

namespace tubal::detail {
namespace {

cublasStatus_t gemv(cublasHandle_t blas, cublasOperation_t o, std::int64_t rows, std::int64_t cols,
                    const double* a, const double* x, double beta, double* y) {
  const double one = 1;
  return cublasDgemv_v2_64(blas, o, rows, cols, &one, a, rows, x, 1, &beta, y, 1);
}
cublasStatus_t gemv(cublasHandle_t blas, cublasOperation_t o, std::int64_t rows, std::int64_t cols,
                    const float* a, const float* x, float beta, float* y) {
  const float one = 1;
  return cublasSgemv_v2_64(blas, o, rows, cols, &one, a, rows, x, 1, &beta, y, 1);
}

/// Not measured yet: one pass only where A is larger than what caches hold, and has rows for all
/// blocks; and where A is in another precision, which cuBLAS does not multiply.
template <class T, class Stored>
sensing_way way_for(int device, std::int64_t m, std::int64_t n) {
  constexpr std::int64_t mebibyte = 1 << 20, fewest_rows = 1024;
  const std::int64_t bytes = m * n * static_cast<std::int64_t>(sizeof(Stored));
  if constexpr (!std::is_same_v<T, Stored>)
    return rows_fit<T>(device, n) ? sensing_way::rows : sensing_way::strips;
  if (m < fewest_rows) return sensing_way::two_products;
  if (rows_fit<T>(device, n))
    return bytes >= 64 * mebibyte ? sensing_way::rows : sensing_way::two_products;
  return bytes >= 512 * mebibyte ? sensing_way::strips : sensing_way::two_products;
}

}  // namespace

template <class T, class Stored>
struct backend<cuda>::sensing_plan<T, Stored>::state {
  backend<cuda>* owner;
  std::int64_t m, n;
  sensing_way way;
  std::shared_ptr<device_memory> scratch;
  std::size_t bytes = 0;

  void multiply_twice(const sensing_step<T, T>& step) {
    backend<cuda>::state& s = owner->internals();
    if (step.residual != step.y)
      owner->copy(step.residual, step.y, static_cast<std::size_t>(m) * sizeof(T));
    // For cuBLAS, A is N x m and column-major: its transpose gives A x.
    check(gemv(s.blas.get(), CUBLAS_OP_T, n, m, step.a, step.x, T(-1), step.residual),
          {"cublasGemv_64, A x - y", {m, n}});
    check(gemv(s.blas.get(), CUBLAS_OP_N, n, m, step.a, step.residual, T(0), step.z),
          {"cublasGemv_64, A^T residual", {m, n}});
  }
  void multiply_together(const T* a, const T* x, const T* y, T* residual, T* z,
                         std::int64_t count) {
    if (residual != y) owner->copy(residual, y, static_cast<std::size_t>(m * count) * sizeof(T));
    const batch<const T> at = contiguous(a, n, m, 1);
    owner->template gemm<T>(op::transpose, op::none, T(1), at, contiguous(x, n, count, 1), T(-1),
                            contiguous(residual, m, count, 1));
    owner->template gemm<T>(op::none, op::none, T(1), at,
                            contiguous<const T>(residual, m, count, 1), T(0),
                            contiguous(z, n, count, 1));
  }
};

template <class T, class Stored>
backend<cuda>::sensing_plan<T, Stored>::sensing_plan(backend& b, std::int64_t m, std::int64_t n,
                                                     std::int64_t)
    : state_(new state{&b, m, n, sensing_way::two_products, nullptr}) {
  if (m == 0 || n == 0) return;
  state& s = *state_;
  auto& context = b.internals();
  const device_guard guard(context.device);
  s.way = context.choices.sensing;
  const bool mixed = !std::is_same_v<T, Stored>;
  if (s.way == sensing_way::by_size || (mixed && s.way == sensing_way::two_products))
    s.way = way_for<T, Stored>(context.device, m, n);
  if (s.way == sensing_way::rows) prepare_rows<T, Stored>(context.device);
  if (s.way != sensing_way::two_products) {
    s.bytes = s.way == sensing_way::rows ? rows_work_bytes<T>(m, n) : strips_work_bytes<T>(m, n);
    s.scratch = context.scratch(s.bytes);
  }
}

template <class T, class Stored>
void backend<cuda>::sensing_plan<T, Stored>::execute(const Stored* a, const T* x, const T* y,
                                                     T* residual, T* z, std::int64_t count) {
  state& s = *state_;
  auto& context = s.owner->internals();
  const device_guard guard(context.device);
  if (s.m == 0 || s.n == 0) {
    if (residual != y)
      s.owner->copy(residual, y, static_cast<std::size_t>(s.m * count) * sizeof(T));
    scale_entries(context.stream, contiguous(residual, s.m, count, 1), T(-1));
    scale_entries(context.stream, contiguous(z, s.n, count, 1), T(0));
    return;
  }
  if (count > 1) {
    if constexpr (std::is_same_v<T, Stored>)
      return s.multiply_together(a, x, y, residual, z, count);
    for (std::int64_t c = 0; c < count; ++c)
      execute(a, x + c * s.n, y + c * s.m, residual + c * s.m, z + c * s.n);
    return;
  }
  const sensing_step<T, Stored> step{s.m, s.n, a, x, y, residual, z};
  switch (s.way) {
    case sensing_way::rows:
      return sense_by_rows(context.stream, step, s.scratch->data());
    case sensing_way::strips:
      return sense_by_strips(context.stream, step, s.scratch->data());
    default:
      if constexpr (std::is_same_v<T, Stored>) s.multiply_twice(step);
  }
}

template <class T, class Stored>
std::size_t backend<cuda>::sensing_plan<T, Stored>::workspace_bytes() const {
  return state_->bytes;
}

template <class T, class Stored>
backend<cuda>::sensing_plan<T, Stored>::~sensing_plan() = default;
template <class T, class Stored>
backend<cuda>::sensing_plan<T, Stored>::sensing_plan(sensing_plan&&) noexcept = default;
template <class T, class Stored>
backend<cuda>::sensing_plan<T, Stored>& backend<cuda>::sensing_plan<T, Stored>::operator=(
    sensing_plan&&) noexcept = default;

template class backend<cuda>::sensing_plan<float>;
template class backend<cuda>::sensing_plan<double>;
template class backend<cuda>::sensing_plan<double, float>;

}  // namespace tubal::detail
