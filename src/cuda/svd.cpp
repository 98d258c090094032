// Singular values: cuSOLVER's batched Jacobi routine up to 32 x 32, its QR routine slice by slice
// above. Both get tall matrices: a wide A goes in as A^H = V diag(values) U^H.
#include <algorithm>

#include "cuda/solver.hpp"

namespace tubal::detail {
namespace {

constexpr std::int64_t largest_jacobi = 32;  // cuSOLVER's limit

}  // namespace

template <class E>
struct backend<cuda>::svd_plan<E>::state : factor_state<E> {
  using factor_state<E>::factor_state;
  std::int64_t tall = 0, narrow = 0, count = 0;
  bool wide = false, jacobi = false, with_vectors = false;
  std::size_t left = 0, right = 0;  // offsets of the singular vectors of the tall matrices
  jacobi_params params;

  cusolverEigMode_t mode() const {
    return with_vectors ? CUSOLVER_EIG_MODE_VECTOR : CUSOLVER_EIG_MODE_NOVECTOR;
  }
  /// Jacobi gives all `tall` left vectors.
  std::int64_t left_cols() const { return jacobi ? tall : narrow; }

  void prepare_jacobi() {
    cusolverDnHandle_t solver = this->owner.make_solver();
    params = create<jacobi_params>({"cusolverDnCreateGesvdjInfo"}, cusolverDnCreateGesvdjInfo);
    int elements = 0;
    const call made{"cusolverDnGesvdjBatched_bufferSize", {tall, narrow, count}};
    check(gesvdj_size(solver, mode(), static_cast<int>(tall), static_cast<int>(narrow),
                      static_cast<const E*>(nullptr), nullptr, &elements, params.get(),
                      detail::narrow(count, made)),
          made);
    this->work.device_bytes = static_cast<std::size_t>(elements) * sizeof(E);
  }
  void prepare_qr() {
    cusolverDnHandle_t solver = this->owner.make_solver();
    std::size_t on_host = 0;
    const signed char job = with_vectors ? 'S' : 'N';
    check(cusolverDnXgesvd_bufferSize(solver, this->owner.solver_options.get(), job, job, tall,
                                      narrow, data_type<E>, nullptr, tall, data_type<real_of<E>>,
                                      nullptr, data_type<E>, nullptr, tall, data_type<E>, nullptr,
                                      narrow, data_type<E>, &this->work.device_bytes, &on_host),
          {"cusolverDnXgesvd_bufferSize", {tall, narrow}});
    this->work.on_host.resize(on_host);
  }

  void run_jacobi(E* slices, real_of<E>* values) {
    check(gesvdj(this->owner.solver.get(), mode(), static_cast<int>(tall), static_cast<int>(narrow),
                 slices, values, this->template at<E>(left), this->template at<E>(right),
                 this->template at<E>(this->work.offset),
                 static_cast<int>(this->work.device_bytes / sizeof(E)),
                 this->template at<int>(this->info), params.get(), static_cast<int>(count)),
          {"cusolverDnGesvdjBatched", {tall, narrow, count}});
  }
  void run_qr(E* slices, real_of<E>* values) {
    const signed char job = with_vectors ? 'S' : 'N';
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
  s.with_vectors = v != vectors::skip;
  s.jacobi = s.tall <= largest_jacobi;
  if (s.narrow == 0 || count == 0) return;
  const device_guard guard(s.owner.device);
  s.add_slices(s.tall * s.narrow, count);
  s.left = s.layout.template add<E>(s.with_vectors ? s.tall * s.left_cols() * count : 0);
  s.right = s.layout.template add<E>(s.with_vectors ? s.narrow * s.narrow * count : 0);
  s.jacobi ? s.prepare_jacobi() : s.prepare_qr();
  s.work.offset = s.layout.add(s.work.device_bytes);
  s.allocate();
}

template <class E>
void backend<cuda>::svd_plan<E>::execute(batch<E> a, real_of<E>* values, batch<E> u, batch<E> vh) {
  state& s = *state_;
  if (s.narrow == 0 || s.count == 0) return;
  const device_guard guard(s.owner.device);
  E* copy = s.template at<E>(s.copy);
  stage_slices(s.owner.stream, a, s.wide ? staged::adjoint : staged::all, copy,
               s.template at<double>(s.scale));
  s.jacobi ? s.run_jacobi(copy, values) : s.run_qr(copy, values);
  const outcome result = s.result(s.slot(fault::svd));
  finish_values(s.owner.stream, values, s.narrow, s.count, result);
  if (!s.with_vectors) return;
  // Jacobi gives V, QR gives V^H; of a wide A, U and V change places.
  const batch<const E> left = contiguous(s.template at<E>(s.left), s.tall, s.left_cols(), s.count);
  const batch<const E> right = contiguous(s.template at<E>(s.right), s.narrow, s.narrow, s.count);
  finish_slices(s.owner.stream, left, s.wide ? vh : u, s.wide ? finished::adjoint : finished::as_is,
                result);
  finish_slices(s.owner.stream, right, s.wide ? u : vh,
                s.wide == s.jacobi ? finished::as_is : finished::adjoint, result);
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
