// Singular values: a kernel for small matrices; above, cuSOLVER's QR routine slice by slice,
// checked. It gets tall matrices: a wide A goes in as A^H = V diag(values) U^H.
#include <algorithm>

#include "cuda/solver.hpp"

namespace tubal::detail {

template <class E>
struct backend<cuda>::svd_plan<E>::state : factor_state<E> {
  using factor_state<E>::factor_state;
  std::int64_t tall = 0, narrow = 0, count = 0;
  bool wide = false;
  vectors wanted = vectors::skip;
  std::size_t left = 0, right = 0;  // offsets of the singular vectors of the tall matrices

  bool small() const { return tall <= largest_small; }
  bool with_vectors() const { return wanted != vectors::skip; }
  staged what() const { return wide ? staged::adjoint : staged::all; }
  batch<E> left_of_tall() const {
    return with_vectors() ? contiguous(this->template at<E>(left), tall, narrow, count)
                          : batch<E>{};
  }
  batch<E> right_of_tall() const {
    return with_vectors() ? contiguous(this->template at<E>(right), narrow, narrow, count)
                          : batch<E>{};
  }

  void prepare() {
    cusolverDnHandle_t solver = this->owner.make_solver();
    std::size_t device_bytes = 0, on_host = 0;
    const signed char job = with_vectors() ? 'S' : 'N';
    const call made{"cusolverDnXgesvd_bufferSize", {tall, narrow}};
    check(cusolverDnXgesvd_bufferSize(solver, this->owner.solver_options.get(), job, job, tall,
                                      narrow, data_type<E>, nullptr, tall, data_type<real_of<E>>,
                                      nullptr, data_type<E>, nullptr, tall, data_type<E>, nullptr,
                                      narrow, data_type<E>, &device_bytes, &on_host),
          made);
    this->work.set(made, device_bytes, on_host);
  }
  void run(E* slices, real_of<E>* values) {
    const signed char job = with_vectors() ? 'S' : 'N';
    for (std::int64_t b = 0; b < count; ++b) {
      check(cusolverDnXgesvd(this->owner.solver.get(), this->owner.solver_options.get(), job, job,
                             tall, narrow, data_type<E>, slices + b * tall * narrow, tall,
                             data_type<real_of<E>>, values + b * narrow, data_type<E>,
                             this->template at<E>(left) + b * tall * narrow, tall, data_type<E>,
                             this->template at<E>(right) + b * narrow * narrow, narrow,
                             data_type<E>, this->template at<void>(this->work.offset),
                             this->work.device_bytes, this->work.host_data(),
                             this->work.on_host.size(), this->template at<int>(this->info) + b),
            {"cusolverDnXgesvd", {tall, narrow}, b});
    }
  }
  /// What the vendor has not done right is done again.
  void review(batch<const E> a, real_of<E>* values) {
    check_result<E>(this->owner.stream,
                    {a, what(), this->template at<double>(this->scale), values, left_of_tall(),
                     right_of_tall(), true},
                    this->template at<double>(this->check_work),
                    this->template at<int>(this->info));
    svd_again(this->owner.stream, a, values, left_of_tall(), right_of_tall(), wanted,
              this->owner.choices.jacobi_sweeps, this->again());
  }
};

template <class E>
backend<cuda>::svd_plan<E>::svd_plan(backend& b, std::int64_t rows, std::int64_t cols,
                                     std::int64_t count, vectors v)
    : state_(std::make_unique<state>(b)) {
  state& s = *state_;
  s.wide = rows < cols;
  s.tall = std::max(rows, cols);
  s.narrow = std::min(rows, cols);
  s.count = count;
  s.wanted = v;
  if (s.narrow == 0 || count == 0 || s.small()) return;
  const device_guard guard(s.owner.device);
  s.add_slices(s.tall * s.narrow, count);
  s.left = s.layout.template add<E>(s.with_vectors() ? s.tall * s.narrow * count : 0);
  s.right = s.layout.template add<E>(s.with_vectors() ? s.narrow * s.narrow * count : 0);
  s.add_check(rows, cols, count, svd_again_elements(rows, cols));
  s.prepare();
  s.work.offset = s.layout.add(s.work.device_bytes);
  s.allocate();
}

template <class E>
void backend<cuda>::svd_plan<E>::execute(batch<E> a, real_of<E>* values, batch<E> u, batch<E> vh) {
  state& s = *state_;
  if (s.narrow == 0 || s.count == 0) return;
  const device_guard guard(s.owner.device);
  if (s.small())
    return small_svd<E>(s.owner.stream, a, values, u, vh, s.wanted, s.owner.choices.jacobi_sweeps,
                        s.slot(fault::svd));
  refuse_capture(s.owner.stream, "singular values");
  E* copy = s.template at<E>(s.copy);
  stage_slices(s.owner.stream, a, s.what(), copy, s.template at<double>(s.scale));
  s.run(copy, values);
  s.review(a, values);
  const outcome result = s.result(s.slot(fault::svd));
  finish_values(s.owner.stream, values, s.narrow, s.count, result);
  if (!s.with_vectors()) return;
  // of a wide A, U and V change places
  const finished how = s.wide ? finished::adjoint : finished::as_is;
  finish_slices<E>(s.owner.stream, s.left_of_tall(), s.wide ? vh : u, how, result);
  finish_slices<E>(s.owner.stream, s.right_of_tall(), s.wide ? u : vh, how, result);
}

template <class E>
std::size_t backend<cuda>::svd_plan<E>::workspace_bytes() const {
  return state_->layout.bytes() + state_->work.on_host.size();
}

template <class E>
backend<cuda>::svd_plan<E>::~svd_plan() = default;
template <class E>
backend<cuda>::svd_plan<E>::svd_plan(svd_plan&&) noexcept = default;
template <class E>
backend<cuda>::svd_plan<E>& backend<cuda>::svd_plan<E>::operator=(svd_plan&&) noexcept = default;

template class backend<cuda>::svd_plan<float>;
template class backend<cuda>::svd_plan<double>;
template class backend<cuda>::svd_plan<std::complex<float>>;
template class backend<cuda>::svd_plan<std::complex<double>>;

}  // namespace tubal::detail
