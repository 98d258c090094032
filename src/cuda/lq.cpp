// A = L Q: a kernel for small matrices; above, cuSOLVER's Householder QR of the adjoint, slice by
// slice: A^H = P R, L = R^H, Q = P^H.
#include <algorithm>

#include "cuda/kernels/small.hpp"
#include "cuda/solver.hpp"

namespace tubal::detail {

template <class E>
struct backend<cuda>::lq_plan<E>::state : factor_state<E> {
  using factor_state<E>::factor_state;
  std::int64_t rows = 0, cols = 0, count = 0;
  std::size_t tau = 0;  // offset
  int orgqr_elements = 0;

  bool small() const { return cols <= largest_small; }
  E* slice(std::int64_t b) const { return this->template at<E>(this->copy) + b * rows * cols; }
  E* reflectors(std::int64_t b) const { return this->template at<E>(tau) + b * rows; }
  int* info_of(std::int64_t b) const { return this->template at<int>(this->info) + b; }

  void prepare() {
    cusolverDnHandle_t solver = this->owner.make_solver();
    const call factorise{"cusolverDnXgeqrf", {cols, rows}}, form{"cusolverDnOrgqr", {cols, rows}};
    narrow(rows * cols, factorise);  // what it asks for above is nonsense
    std::size_t device_bytes = 0, on_host = 0;
    check(cusolverDnXgeqrf_bufferSize(solver, this->owner.solver_options.get(), cols, rows,
                                      data_type<E>, nullptr, cols, data_type<E>, nullptr,
                                      data_type<E>, &device_bytes, &on_host),
          factorise);
    check(orgqr_size(solver, narrow(cols, form), narrow(rows, form), static_cast<const E*>(nullptr),
                     &orgqr_elements),
          form);
    narrow(orgqr_elements, form);  // a sum of 32 bits: negative for many rows
    this->work.set(factorise,
                   std::max(device_bytes, static_cast<std::size_t>(orgqr_elements) * sizeof(E)),
                   on_host);
  }
  void factorise(std::int64_t b) {
    check(cusolverDnXgeqrf(this->owner.solver.get(), this->owner.solver_options.get(), cols, rows,
                           data_type<E>, slice(b), cols, data_type<E>, reflectors(b), data_type<E>,
                           this->template at<void>(this->work.offset), this->work.device_bytes,
                           this->work.host_data(), this->work.on_host.size(), info_of(b)),
          {"cusolverDnXgeqrf", {cols, rows}, b});
  }
  void form_q(std::int64_t b) {
    check(orgqr(this->owner.solver.get(), static_cast<int>(cols), static_cast<int>(rows), slice(b),
                reflectors(b), this->template at<E>(this->work.offset), orgqr_elements, info_of(b)),
          {"cusolverDnOrgqr", {cols, rows}, b});
  }
};

template <class E>
backend<cuda>::lq_plan<E>::lq_plan(backend& b, std::int64_t rows, std::int64_t cols,
                                   std::int64_t count)
    : state_(std::make_unique<state>(b)) {
  state& s = *state_;
  s.rows = rows;
  s.cols = cols;
  s.count = count;
  if (rows == 0 || count == 0 || s.small()) return;
  const device_guard guard(s.owner.device);
  s.add_slices(rows * cols, count);
  s.tau = s.layout.template add<E>(rows * count);
  s.prepare();
  s.work.offset = s.layout.add(s.work.device_bytes);
  s.allocate();
}

template <class E>
void backend<cuda>::lq_plan<E>::execute(batch<E> a, batch<E> l) {
  state& s = *state_;
  if (s.rows == 0 || s.count == 0) return;
  const device_guard guard(s.owner.device);
  if (s.small()) return small_lq(s.owner.stream, a, l);
  stage_slices(s.owner.stream, a, staged::adjoint, s.slice(0), s.template at<double>(s.scale));
  const batch<const E> adjoint = contiguous(s.slice(0), s.cols, s.rows, s.count);
  for (std::int64_t b = 0; b < s.count; ++b) s.factorise(b);
  finish_slices(s.owner.stream, adjoint, l, finished::scaled_lower_adjoint, s.result(nullptr));
  for (std::int64_t b = 0; b < s.count; ++b) s.form_q(b);
  finish_slices(s.owner.stream, adjoint, a, finished::adjoint, s.result(nullptr));
}

template <class E>
std::size_t backend<cuda>::lq_plan<E>::workspace_bytes() const {
  return state_->layout.bytes() + state_->work.on_host.size();
}

template <class E>
backend<cuda>::lq_plan<E>::~lq_plan() = default;
template <class E>
backend<cuda>::lq_plan<E>::lq_plan(lq_plan&&) noexcept = default;
template <class E>
backend<cuda>::lq_plan<E>& backend<cuda>::lq_plan<E>::operator=(lq_plan&&) noexcept = default;

template class backend<cuda>::lq_plan<float>;
template class backend<cuda>::lq_plan<double>;
template class backend<cuda>::lq_plan<std::complex<float>>;
template class backend<cuda>::lq_plan<std::complex<double>>;

}  // namespace tubal::detail
