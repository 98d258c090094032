// A = L L^H: a kernel for small matrices, cuSOLVER slice by slice above.
#include "cuda/kernels/small.hpp"
#include "cuda/solver.hpp"

namespace tubal::detail {

template <class E>
struct backend<cuda>::cholesky_plan<E>::state : factor_state<E> {
  using factor_state<E>::factor_state;
  std::int64_t n = 0, count = 0;

  bool small() const { return n <= largest_small; }
  E* slice(std::int64_t b) const { return this->template at<E>(this->copy) + b * n * n; }

  void prepare() {
    std::size_t device_bytes = 0, on_host = 0;
    cusolverDnHandle_t solver = this->owner.make_solver();
    const call made{"cusolverDnXpotrf_bufferSize", {n, n}};
    check(cusolverDnXpotrf_bufferSize(solver, this->owner.solver_options.get(),
                                      CUBLAS_FILL_MODE_LOWER, n, data_type<E>, nullptr, n,
                                      data_type<E>, &device_bytes, &on_host),
          made);
    this->work.set(made, device_bytes, on_host);
    this->work.offset = this->layout.add(this->work.device_bytes);
  }
  void factorise(std::int64_t b) {
    check(cusolverDnXpotrf(this->owner.solver.get(), this->owner.solver_options.get(),
                           CUBLAS_FILL_MODE_LOWER, n, data_type<E>, slice(b), n, data_type<E>,
                           this->template at<void>(this->work.offset), this->work.device_bytes,
                           this->work.host_data(), this->work.on_host.size(),
                           this->template at<int>(this->info) + b),
          {"cusolverDnXpotrf", {n, n}, b});
  }
};

template <class E>
backend<cuda>::cholesky_plan<E>::cholesky_plan(backend& b, std::int64_t n, std::int64_t count)
    : state_(std::make_unique<state>(b)) {
  state& s = *state_;
  s.n = n;
  s.count = count;
  if (count == 0 || s.small()) return;
  const device_guard guard(s.owner.device);
  s.add_slices(n * n, count);
  s.prepare();
  s.allocate();
}

/// A matrix with NaN or Inf is staged as zero, which is not positive definite.
template <class E>
void backend<cuda>::cholesky_plan<E>::execute(batch<E> a) {
  state& s = *state_;
  if (s.n == 0 || s.count == 0) return;
  const device_guard guard(s.owner.device);
  double* fault = s.slot(fault::not_definite);
  if (s.small()) return small_cholesky(s.owner.stream, a, fault);
  stage_slices(s.owner.stream, a, staged::lower, s.slice(0), s.template at<double>(s.scale));
  for (std::int64_t b = 0; b < s.count; ++b) s.factorise(b);
  finish_slices(s.owner.stream, batch<const E>(contiguous(s.slice(0), s.n, s.n, s.count)), a,
                finished::cholesky, s.result(fault));
}

template <class E>
std::size_t backend<cuda>::cholesky_plan<E>::workspace_bytes() const {
  return state_->layout.bytes() + state_->work.on_host.size();
}

template <class E>
backend<cuda>::cholesky_plan<E>::~cholesky_plan() = default;
template <class E>
backend<cuda>::cholesky_plan<E>::cholesky_plan(cholesky_plan&&) noexcept = default;
template <class E>
backend<cuda>::cholesky_plan<E>& backend<cuda>::cholesky_plan<E>::operator=(
    cholesky_plan&&) noexcept = default;

template class backend<cuda>::cholesky_plan<float>;
template class backend<cuda>::cholesky_plan<double>;
template class backend<cuda>::cholesky_plan<std::complex<float>>;
template class backend<cuda>::cholesky_plan<std::complex<double>>;

}  // namespace tubal::detail
