// P A = L U: a kernel for small matrices, cuSOLVER slice by slice above.
#include <algorithm>

#include "cuda/kernels/small.hpp"
#include "cuda/solver.hpp"

namespace tubal::detail {

template <class E>
struct backend<cuda>::lu_plan<E>::state : factor_state<E> {
  using factor_state<E>::factor_state;
  std::int64_t rows = 0, cols = 0, count = 0;
  std::size_t pivots = 0;  // offset

  bool small() const { return std::max(rows, cols) <= largest_small; }
  std::int64_t steps() const { return std::min(rows, cols); }
  E* slice(std::int64_t b) const { return this->template at<E>(this->copy) + b * rows * cols; }
  std::int64_t* pivots_of(std::int64_t b) const {
    return this->template at<std::int64_t>(pivots) + b * steps();
  }

  void prepare() {
    std::size_t device_bytes = 0, on_host = 0;
    cusolverDnHandle_t solver = this->owner.make_solver();
    const call made{"cusolverDnXgetrf_bufferSize", {rows, cols}};
    check(cusolverDnXgetrf_bufferSize(solver, this->owner.solver_options.get(), rows, cols,
                                      data_type<E>, nullptr, rows, data_type<E>, &device_bytes,
                                      &on_host),
          made);
    this->work.set(made, device_bytes, on_host);
    this->work.offset = this->layout.add(this->work.device_bytes);
  }
  void factorise(std::int64_t b) {
    check(cusolverDnXgetrf(this->owner.solver.get(), this->owner.solver_options.get(), rows, cols,
                           data_type<E>, slice(b), rows, pivots_of(b), data_type<E>,
                           this->template at<void>(this->work.offset), this->work.device_bytes,
                           this->work.host_data(), this->work.on_host.size(),
                           this->template at<int>(this->info) + b),
          {"cusolverDnXgetrf", {rows, cols}, b});
  }
  void factorise(batch<E> a, double* singular) {
    outcome result = this->result(singular);
    if (!singular) result.info = nullptr;  // it tells of a pivot that is zero
    stage_slices(this->owner.stream, a, staged::all, slice(0),
                 this->template at<double>(this->scale));
    for (std::int64_t b = 0; b < count; ++b) factorise(b);
    finish_slices(this->owner.stream, batch<const E>(contiguous(slice(0), rows, cols, count)), a,
                  finished::lu, result);
  }
};

template <class E>
backend<cuda>::lu_plan<E>::lu_plan(backend& b, std::int64_t rows, std::int64_t cols,
                                   std::int64_t count)
    : state_(std::make_unique<state>(b)) {
  state& s = *state_;
  s.rows = rows;
  s.cols = cols;
  s.count = count;
  if (rows == 0 || count == 0 || s.small()) return;
  const device_guard guard(s.owner.device);
  s.pivots = s.layout.template add<std::int64_t>(s.steps() * count);
  s.add_slices(rows * cols, count);
  if (cols > 0) s.prepare();
  s.allocate();
}

template <class E>
void backend<cuda>::lu_plan<E>::execute(batch<E> a, std::int64_t* order, double* singular) {
  state& s = *state_;
  if (s.rows == 0 || s.count == 0) return;
  const device_guard guard(s.owner.device);
  if (s.small()) return small_lu(s.owner.stream, a, order, singular);
  if (s.cols > 0) s.factorise(a, singular);
  rows_in_order(s.owner.stream, s.pivots_of(0), s.steps(), s.rows, s.count, order);
}

template <class E>
std::size_t backend<cuda>::lu_plan<E>::workspace_bytes() const {
  return state_->layout.bytes() + state_->work.on_host.size();
}

template <class E>
backend<cuda>::lu_plan<E>::~lu_plan() = default;
template <class E>
backend<cuda>::lu_plan<E>::lu_plan(lu_plan&&) noexcept = default;
template <class E>
backend<cuda>::lu_plan<E>& backend<cuda>::lu_plan<E>::operator=(lu_plan&&) noexcept = default;

template class backend<cuda>::lu_plan<float>;
template class backend<cuda>::lu_plan<double>;
template class backend<cuda>::lu_plan<std::complex<float>>;
template class backend<cuda>::lu_plan<std::complex<double>>;

}  // namespace tubal::detail
