// The tensors that meet the measurements, A(X) = y, and the way to the nearest of them.
#pragma once

#include <tubal/algebra.hpp>
#include <tubal/norms.hpp>
#include <tubal/sensing.hpp>

#include <limits>
#include <optional>

#include "core/primitives/backend.hpp"
#include "core/unit.hpp"

namespace tubal::detail {

/// Directions towards A(X) = y: from V it is V - scale() P with A(V - scale() P) = y.
template <class T, class S>
class constraint {
 public:
  constraint(context<S>& ctx, const sensing_operator<T, S>& a, input<T, S> y, std::int64_t inner)
      : ctx_(&ctx),
        b_(ctx.backend().get()),
        a_(&a),
        m_(a.measurements()),
        inner_(inner),
        unit_(reciprocal_unit(frobenius_norm(ctx, y))),
        y_(ctx, {m_, 1, 1}),
        residual_(ctx, {m_, 1, 1}) {
    copy<T, S>(ctx, y, y_);
    if (const auto number = multiple_of_identity()) {
      scale_ = 1 / *number;
    } else if (const auto* dense = dynamic_cast<const dense_sensing<T, S>*>(&a)) {
      factorise(dense->matrix());
    } else {
      for (auto* x : {&solution_, &rest_, &direction_, &image_}) *x = zeros<T>(ctx, {m_, 1, 1});
      pulled_ = tensor<T, S>(ctx, a.domain());
      sums_ = storage<S>(ctx.backend(), 3 * sizeof(double));
    }
  }

  double scale() const { return scale_; }
  /// What squares are taken in: 1 over the size of y.
  double unit() const { return unit_; }
  tensor_view<const T, S> y() const { return y_; }
  /// p: A^T(A(V) - y) where A A^T is a number, A^T (A A^T)^-1 (A(V) - y) else. Enqueues only.
  void direction(tensor_view<const T, S> v, tensor_view<T, S> p) {
    if (is_number_) return a_->normal_step(*ctx_, v, y_, residual_, p);
    a_->apply(*ctx_, v, residual_);
    b_->for_each(m_, subtract_data<T>{y_.data(), residual_.data()});
    if (factor_.size() > 0)
      solve_triangular();
    else
      solve_by_conjugate_gradients();
    a_->adjoint(*ctx_, factor_.size() > 0 ? residual_ : solution_, p);
  }
  /// A(X) - y into memory of its own. Enqueues only.
  tensor_view<const T, S> residual_of(tensor_view<const T, S> x) {
    a_->apply(*ctx_, x, residual_);
    b_->for_each(m_, subtract_data<T>{y_.data(), residual_.data()});
    return residual_;
  }

 private:
  /// c, if A A^T = c I: a random vector is an eigenvector of nothing else.
  std::optional<double> multiple_of_identity() {
    tensor<T, S> probe(*ctx_, {m_, 1, 1}), image(*ctx_, {m_, 1, 1}), pulled(*ctx_, a_->domain());
    fill_normal<T, S>(*ctx_, probe, 1, 0, random_stream::measurement);
    a_->adjoint(*ctx_, probe, pulled);
    a_->apply(*ctx_, pulled, image);
    ctx_->wait();
    const double square = sum_of(*ctx_, m_, dot_term<T>{probe.data(), probe.data(), 1});
    const double c = sum_of(*ctx_, m_, dot_term<T>{probe.data(), image.data(), 1}) / square;
    b_->for_each(m_, sum_of_two<T>{image.data(), probe.data(), -c, image.data()});
    const double off = sum_of(*ctx_, m_, dot_term<T>{image.data(), image.data(), 1});
    const double small = 1e3 * c * static_cast<double>(std::numeric_limits<T>::epsilon());
    is_number_ = c > 0 && off <= small * small * square;
    return is_number_ ? std::optional(c) : std::nullopt;
  }

  /// L L^T = A A^T; column i of `matrix` is A_i.
  void factorise(tensor_view<const T, S> matrix) {
    factor_ = tensor<T, S>(*ctx_, {m_, m_, 1});
    const auto rows = contiguous(matrix.data(), matrix.shape().rows, m_, 1);
    const auto gram = contiguous(factor_.data(), m_, m_, 1);
    b_->template gemm<T>(op::transpose, op::none, T(1), rows, rows, T(0), gram);
    typename backend<S>::template cholesky_plan<T>(*b_, m_, 1).execute(gram);
    ctx_->wait();
  }
  void solve_triangular() {
    const auto factor = contiguous<const T>(factor_.data(), m_, m_, 1);
    const auto x = contiguous(residual_.data(), m_, 1, 1);
    b_->solve_triangular(triangle::lower, op::none, diagonal::given, factor, x);
    b_->solve_triangular(triangle::lower, op::transpose, diagonal::given, factor, x);
  }

  double* sum(int i) { return static_cast<double*>(sums_.data()) + i; }
  void normal(tensor_view<const T, S> x, tensor_view<T, S> to) {  // A A^T x
    a_->adjoint(*ctx_, x, pulled_);
    a_->apply(*ctx_, pulled_, to);
  }
  void solve_by_conjugate_gradients() {
    const auto square = [&](const tensor<T, S>& x, const tensor<T, S>& y, double* to) {
      b_->sum(m_, dot_term<T>{x.data(), y.data(), unit_}, to);
    };
    double *rr = sum(0), *next = sum(1), *pq = sum(2);
    // r = A(V) - y - A A^T w, p = r
    normal(solution_, image_);
    b_->for_each(m_, sum_of_two<T>{residual_.data(), image_.data(), -1, rest_.data()});
    copy<T, S>(*ctx_, rest_, direction_);
    square(rest_, rest_, rr);
    for (std::int64_t i = 0; i < inner_; ++i) {
      // a = r.r / p.q with q = A A^T p;  w += a p,  r -= a q;  p = r + (r.r / old r.r) p
      normal(direction_, image_);
      square(direction_, image_, pq);
      b_->for_each(m_, add_ratio<T>{direction_.data(), rr, pq, 1, false, solution_.data()});
      b_->for_each(m_, add_ratio<T>{image_.data(), rr, pq, -1, false, rest_.data()});
      square(rest_, rest_, next);
      b_->for_each(m_, add_ratio<T>{rest_.data(), next, rr, 1, true, direction_.data()});
      std::swap(rr, next);
    }
  }

  context<S>* ctx_;
  backend<S>* b_;
  const sensing_operator<T, S>* a_;
  std::int64_t m_, inner_;
  double unit_;
  bool is_number_ = false;
  double scale_ = 1;
  tensor<T, S> y_, residual_;
  tensor<T, S> factor_;                                        // of A A^T, or
  tensor<T, S> solution_, rest_, direction_, image_, pulled_;  // of conjugate gradients
  storage<S> sums_;
};

}  // namespace tubal::detail
