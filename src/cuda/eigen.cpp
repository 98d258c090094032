// Hermitian eigenvalues: a kernel for small matrices, cuSOLVER's batched routine above, checked.
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
  vectors wanted = vectors::skip;

  bool small() const { return n <= largest_small; }
  cusolverEigMode_t mode() const {
    return wanted == vectors::compute ? CUSOLVER_EIG_MODE_VECTOR : CUSOLVER_EIG_MODE_NOVECTOR;
  }
  batch<E> basis() const {
    return wanted == vectors::compute ? contiguous(this->template at<E>(this->copy), n, n, count)
                                      : batch<E>{};
  }

  void prepare() {
    step = slices_per_call<E>(n, count);
    std::size_t device_bytes = 0, on_host = 0;
    cusolverDnHandle_t solver = this->owner.make_solver();
    const call made{"cusolverDnXsyevBatched_bufferSize", {n, n, step}};
    check(cusolverDnXsyevBatched_bufferSize(solver, this->owner.solver_options.get(), mode(),
                                            CUBLAS_FILL_MODE_LOWER, n, data_type<E>, nullptr, n,
                                            data_type<real_of<E>>, nullptr, data_type<E>,
                                            &device_bytes, &on_host, step),
          made);
    this->work.set(made, device_bytes, on_host);
  }
  void run(E* slices, real_of<E>* values) {
    for (std::int64_t b = 0; b < count; b += step) {
      const std::int64_t some = std::min(step, count - b);
      check(cusolverDnXsyevBatched(this->owner.solver.get(), this->owner.solver_options.get(),
                                   mode(), CUBLAS_FILL_MODE_LOWER, n, data_type<E>,
                                   slices + b * n * n, n, data_type<real_of<E>>, values + b * n,
                                   data_type<E>, this->template at<void>(this->work.offset),
                                   this->work.device_bytes, this->work.host_data(),
                                   this->work.on_host.size(),
                                   this->template at<int>(this->info) + b, some),
            {"cusolverDnXsyevBatched", {n, n, some}, b});
    }
  }
  /// What the vendor has not done right is done again.
  void review(batch<const E> a, real_of<E>* values) {
    check_result<E>(this->owner.stream,
                    {a, staged::hermitian, this->template at<double>(this->scale), values, basis(),
                     basis(), false},
                    this->template at<double>(this->check_work),
                    this->template at<int>(this->info));
    eigen_again(this->owner.stream, a, values, basis(), wanted, this->owner.choices.jacobi_sweeps,
                this->again());
  }
};

template <class E>
backend<cuda>::eigen_plan<E>::eigen_plan(backend& b, std::int64_t n, std::int64_t count, vectors v)
    : state_(std::make_unique<state>(b)) {
  state& s = *state_;
  s.n = n;
  s.count = count;
  s.wanted = v;
  if (n == 0 || count == 0 || s.small()) return;
  const device_guard guard(s.owner.device);
  s.add_slices(n * n, count);
  s.add_check(n, n, count, eigen_again_elements(n));
  s.prepare();
  s.work.offset = s.layout.add(s.work.device_bytes);
  s.allocate();
}

template <class E>
void backend<cuda>::eigen_plan<E>::execute(batch<E> a, real_of<E>* values) {
  state& s = *state_;
  if (s.n == 0 || s.count == 0) return;
  const device_guard guard(s.owner.device);
  if (s.small())
    return small_eigen(s.owner.stream, a, values, s.wanted, s.owner.choices.jacobi_sweeps,
                       s.slot(fault::eigen));
  if (!s.owner.choices.vendor_eigen_in_captures) refuse_capture(s.owner.stream, "eigenvalues");
  E* copy = s.template at<E>(s.copy);
  // both triangles: routines of cuSOLVER have been wrong for one of them
  stage_slices(s.owner.stream, a, staged::hermitian, copy, s.template at<double>(s.scale));
  s.run(copy, values);
  s.review(a, values);
  const outcome result = s.result(s.slot(fault::eigen));
  finish_values(s.owner.stream, values, s.n, s.count, result);
  if (s.wanted == vectors::compute)
    finish_slices<E>(s.owner.stream, s.basis(), a, finished::as_is, result);
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
