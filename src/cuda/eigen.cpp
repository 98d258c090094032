// Hermitian eigenvalues: cuSOLVER's batched routine for any order.
#include <algorithm>
#include <limits>

#include "cuda/solver.hpp"

namespace tubal::detail {
namespace {

/// Slices in one call: cuSOLVER counts bytes of the batch in 32 bits.
template <class E>
std::int64_t slices_per_call(std::int64_t n, std::int64_t count) {
  const std::int64_t slice_bytes = n * n * static_cast<std::int64_t>(sizeof(E));
  return std::clamp<std::int64_t>(std::numeric_limits<int>::max() / slice_bytes, 1, count);
}

}  // namespace

template <class E>
struct backend<cuda>::eigen_plan<E>::state : factor_state<E> {
  using factor_state<E>::factor_state;
  std::int64_t n = 0, count = 0, step = 0;
  cusolverEigMode_t mode = CUSOLVER_EIG_MODE_NOVECTOR;
};

template <class E>
backend<cuda>::eigen_plan<E>::eigen_plan(backend& b, std::int64_t n, std::int64_t count, vectors v)
    : state_(std::make_unique<state>(b)) {
  state& s = *state_;
  s.n = n;
  s.count = count;
  if (n == 0 || count == 0) return;
  const device_guard guard(s.owner.device);
  if (v == vectors::compute) s.mode = CUSOLVER_EIG_MODE_VECTOR;
  s.step = slices_per_call<E>(n, count);
  s.add_slices(n * n, count);
  std::size_t on_host = 0;
  cusolverDnHandle_t solver = s.owner.make_solver();
  check(cusolverDnXsyevBatched_bufferSize(solver, s.owner.solver_options.get(), s.mode,
                                          CUBLAS_FILL_MODE_LOWER, n, data_type<E>, nullptr, n,
                                          data_type<real_of<E>>, nullptr, data_type<E>,
                                          &s.work.device_bytes, &on_host, s.step),
        {"cusolverDnXsyevBatched_bufferSize", {n, n, s.step}});
  s.work.on_host.resize(on_host);
  s.work.offset = s.layout.add(s.work.device_bytes);
  s.allocate();
}

template <class E>
void backend<cuda>::eigen_plan<E>::execute(batch<E> a, real_of<E>* values) {
  state& s = *state_;
  const std::int64_t n = s.n;
  if (n == 0 || s.count == 0) return;
  const device_guard guard(s.owner.device);
  E* copy = s.template at<E>(s.copy);
  stage_slices(s.owner.stream, a, staged::lower, copy, s.template at<double>(s.scale));
  for (std::int64_t b = 0; b < s.count; b += s.step) {
    const std::int64_t count = std::min(s.step, s.count - b);
    check(cusolverDnXsyevBatched(
              s.owner.solver.get(), s.owner.solver_options.get(), s.mode, CUBLAS_FILL_MODE_LOWER, n,
              data_type<E>, copy + b * n * n, n, data_type<real_of<E>>, values + b * n,
              data_type<E>, s.template at<void>(s.work.offset), s.work.device_bytes,
              s.work.host_data(), s.work.on_host.size(), s.template at<int>(s.info) + b, count),
          {"cusolverDnXsyevBatched", {n, n, count}, b});
  }
  const outcome result = s.result(s.slot(fault::eigen));
  finish_values(s.owner.stream, values, n, s.count, result);
  if (s.mode == CUSOLVER_EIG_MODE_VECTOR) {
    finish_slices(s.owner.stream, batch<const E>(contiguous(copy, n, n, s.count)), a,
                  finished::as_is, result);
  }
}

template <class E>
std::size_t backend<cuda>::eigen_plan<E>::workspace_bytes() const {
  return state_->layout.bytes() + state_->work.on_host.size();
}

template <class E>
backend<cuda>::eigen_plan<E>::~eigen_plan() = default;
template <class E>
backend<cuda>::eigen_plan<E>::eigen_plan(eigen_plan&&) noexcept = default;
template <class E>
backend<cuda>::eigen_plan<E>& backend<cuda>::eigen_plan<E>::operator=(eigen_plan&&) noexcept =
    default;

template class backend<cuda>::eigen_plan<float>;
template class backend<cuda>::eigen_plan<double>;
template class backend<cuda>::eigen_plan<std::complex<float>>;
template class backend<cuda>::eigen_plan<std::complex<double>>;

}  // namespace tubal::detail
