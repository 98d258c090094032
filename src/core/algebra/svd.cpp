// Singular value decompositions.
#include <tubal/svd.hpp>

#include <tubal/norms.hpp>
#include <tubal/random.hpp>

#include <algorithm>
#include <limits>

#include "core/algebra/slicewise.hpp"
#include "core/algebra/spectral_factor.hpp"
#include "core/algebra/spectral_orthogonal.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;

template <class T, class S>
struct svd_plan<T, S>::work final : slicewise_plan<T, S>::state {
  bool full;
  spectrum_shape s;
  std::int64_t q;
  bool all_of_u;  // is what is asked for
  detail::spectral_svd<T, S> factor;
  tensor<T, S> values;
  half_spectrum<T, S> left, right;  // U n1 x q, unless it is the result; V^H q x n2
  detail::spectral_completion<T, S> complete_left, complete_right;

  work(context<S>& ctx, shape a, const svd_options& o)
      : slicewise_plan<T, S>::state(ctx, "svd", o.along),
        full(o.size == factor_size::full && !o.rank),
        s(this->spectral(a)),
        q(std::min(a.rows, a.cols)),
        all_of_u((full ? a.rows : o.rank.value_or(q)) == q),
        factor(ctx, s, detail::vectors::compute),
        values(ctx, {q, s.slices.total(), 1}),
        left(ctx, all_of_u ? s.with(0, 0) : s.with(a.rows, q)),
        right(ctx, s.with(q, a.cols)),
        complete_left(ctx, full ? s.with(a.rows, q) : s.with(0, 0)),
        complete_right(ctx, full ? s.with(a.cols, q) : s.with(0, 0)) {
    if (o.rank) this->checks().between("rank", *o.rank, 0, q);
    const std::int64_t r = o.rank.value_or(q);
    this->add_input(ctx, detail::nonfinite("svd: a"), a);
    this->add_output(ctx, "u", {a.rows, full ? a.rows : r, a.tube});
    this->add_output(ctx, "s", {full ? a.rows : r, full ? a.cols : r, a.tube});
    this->add_output(ctx, "v", {a.cols, full ? a.cols : r, a.tube});
  }
  std::size_t more_bytes() const override {
    return factor.workspace_bytes() + complete_left.workspace_bytes() +
           complete_right.workspace_bytes() +
           static_cast<std::size_t>(values.size() + left.size() + right.size()) * sizeof(T);
  }

  void compute() override {
    auto& be = this->be();
    const auto u = this->output(0), v = this->output(2);
    // A^_f = U^_f diag(values) V^_f^H
    const half_spectrum_view<T, S> u_of_a = all_of_u ? u : left;
    factor.execute(this->input(0), values.data(), u_of_a, right);
    detail::put_diagonal<T, S>(be, values.data(), q, this->output(1));
    const std::int64_t kept = std::min(q, u.shape().cols);
    if (!all_of_u) detail::copy_columns<T, S>(be, left, u, kept);
    detail::copy_adjoint_columns<T, S>(be, right, v, kept);
    if (!full) return;
    complete_left.execute(be, u);
    complete_right.execute(be, v);
  }
};

template <class T, class S>
svd_plan<T, S>::svd_plan(context<S>& ctx, shape a, const svd_options& options)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_shape("svd", "a", a), options)) {}

template <class T, class S>
struct randomized_svd_plan<T, S>::work final : slicewise_plan<T, S>::state {
  spectrum_shape s;
  std::int64_t rank, width, iterations;
  half_spectrum<T, S> sketch;                    // Gaussian, n2 x width
  half_spectrum<T, S> range, corange;            // orthonormal rows: Y^H width x n1, Z width x n2
  half_spectrum<T, S> triangle;                  // of their LQ
  half_spectrum<T, S> small, left, right, full;  // B = Q^H A, its factors, Q times the left ones
  tensor<T, S> values;
  detail::spectral_lq<T, S> orthonormal_range, orthonormal_corange;
  detail::spectral_svd<T, S> factor;

  work(context<S>& ctx, shape a, std::int64_t r, const randomized_svd_options& o)
      : slicewise_plan<T, S>::state(ctx, "svd", o.along),
        s(this->spectral(a)),
        rank(r),
        width(std::min({r + o.oversampling, a.rows, a.cols})),
        iterations(o.power_iterations),
        sketch(ctx, s.with(a.cols, width)),
        range(ctx, s.with(width, a.rows)),
        corange(ctx, s.with(width, a.cols)),
        triangle(ctx, s.with(width, width)),
        small(ctx, s.with(width, a.cols)),
        left(ctx, triangle.shape()),
        right(ctx, small.shape()),
        full(ctx, s.with(a.rows, width)),
        values(ctx, {width, s.slices.total(), 1}),
        orthonormal_range(ctx, range.shape()),
        orthonormal_corange(ctx, corange.shape()),
        factor(ctx, small.shape(), detail::vectors::compute) {
    this->add_input(ctx, detail::nonfinite("svd: a"), a);
    this->add_output(ctx, "u", {a.rows, r, a.tube});
    this->add_output(ctx, "s", {r, r, a.tube});
    this->add_output(ctx, "v", {a.cols, r, a.tube});
    fill_normal<T, S>(ctx, tensor_view<T, S>(sketch.data(), sketch.shape()), 1.0, o.seed);
  }
  std::size_t more_bytes() const override {
    std::int64_t reals = values.size();
    for (const auto* x : {&sketch, &range, &corange, &triangle, &small, &left, &right, &full})
      reals += x->size();
    return static_cast<std::size_t>(reals) * sizeof(T) + orthonormal_range.workspace_bytes() +
           orthonormal_corange.workspace_bytes() + factor.workspace_bytes();
  }

  void product(op op_a, op op_b, half_spectrum_view<T, S> a, half_spectrum_view<T, S> b,
               half_spectrum_view<T, S> c) {
    detail::multiply<T, S>(this->be(), op_a, op_b, T(1), a, b, T(0), c);
  }
  void compute() override {
    const auto a = this->input(0);
    // rows of `range`: an orthonormal basis of A * sketch
    product(op::transpose, op::transpose, sketch, a, range);
    orthonormal_range.execute(range, triangle);
    for (std::int64_t i = 0; i < iterations; ++i) {
      product(op::none, op::none, range, a, corange);
      orthonormal_corange.execute(corange, triangle);
      product(op::none, op::transpose, corange, a, range);
      orthonormal_range.execute(range, triangle);
    }
    // A ~ Q (Q^H A) = (Q U') S V^H
    product(op::none, op::none, range, a, small);
    factor.execute(small, values.data(), left, right);
    product(op::transpose, op::none, range, left, full);
    detail::copy_columns<T, S>(this->be(), full, this->output(0), rank);
    detail::put_diagonal<T, S>(this->be(), values.data(), width, this->output(1));
    detail::copy_adjoint_columns<T, S>(this->be(), right, this->output(2), rank);
  }
};

template <class T, class S>
randomized_svd_plan<T, S>::randomized_svd_plan(context<S>& ctx, shape a, std::int64_t rank,
                                               const randomized_svd_options& options)
    : slicewise_plan<T, S>({}) {
  checks("randomized_svd")
      .valid("a", a)
      .between("rank", rank, 0, std::min(a.rows, a.cols))
      .between("oversampling", options.oversampling, 0, detail::largest_blas_size)
      .between("power_iterations", options.power_iterations, 0, 1000);
  this->state_ =
      detail::make_owned<typename slicewise_plan<T, S>::state, work>(ctx, a, rank, options);
  ctx.wait();
}

#define TUBAL_INSTANTIATE(T, S)  \
  template class svd_plan<T, S>; \
  template class randomized_svd_plan<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
