// What the singular value decomposition solves: pseudo-inverse, least squares, polar factors.
#include <tubal/error.hpp>
#include <tubal/solve.hpp>

#include "core/algebra/slicewise.hpp"
#include "core/algebra/spectral_values.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;
using detail::nonfinite;

namespace {

void check_tolerance(const char* operation, std::optional<double> given) {
  if (given) checks(operation).nonnegative("tolerance", *given);
}

}  // namespace

template <class T, class S>
struct pseudo_inverse_plan<T, S>::work final : slicewise_plan<T, S>::state {
  double tolerance;
  detail::decomposed_slices<T, S> factor;

  work(context<S>& ctx, shape a, std::optional<double> given, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "pseudo_inverse", along),
        tolerance(detail::rank_tolerance<T>(a.rows, a.cols, given)),
        factor(ctx, this->spectral(a)) {
    this->add_input(ctx, nonfinite("pseudo_inverse: a"), a);
    this->add_output(ctx, "x", {a.cols, a.rows, a.tube});
  }
  std::size_t more_bytes() const override { return factor.workspace_bytes(); }
  void compute() override {
    auto& be = this->be();
    // V S^+ U^H
    factor.execute(this->input(0));
    factor.change(be, detail::value_map::reciprocal, tolerance);
    detail::scale_by_values<T, S>(be, factor.left, factor.values.data(), factor.q);
    detail::multiply<T, S>(be, op::transpose, op::transpose, T(1), factor.right, factor.left, T(0),
                           this->output(0));
  }
};

template <class T, class S>
struct least_squares_plan<T, S>::work final : slicewise_plan<T, S>::state {
  double tolerance;
  spectrum_shape s;
  detail::decomposed_slices<T, S> factor;
  half_spectrum<T, S> coordinates;  // S^+ U^H B

  work(context<S>& ctx, shape a, shape b, std::optional<double> given, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "least_squares", along),
        tolerance(detail::rank_tolerance<T>(a.rows, a.cols, given)),
        s(this->spectral(a)),
        factor(ctx, s),
        coordinates(ctx, s.with(factor.q, b.cols)) {
    this->add_input(ctx, nonfinite("least_squares: a"), a);
    this->add_input(ctx, nonfinite("least_squares: b"), b);
    this->add_output(ctx, "x", {a.cols, b.cols, a.tube});
  }
  std::size_t more_bytes() const override {
    return factor.workspace_bytes() + static_cast<std::size_t>(coordinates.size()) * sizeof(T);
  }
  void compute() override {
    auto& be = this->be();
    factor.execute(this->input(0));
    factor.change(be, detail::value_map::reciprocal, tolerance);
    detail::scale_by_values<T, S>(be, factor.left, factor.values.data(), factor.q);
    detail::multiply<T, S>(be, op::transpose, op::none, T(1), factor.left, this->input(1), T(0),
                           coordinates);
    detail::multiply<T, S>(be, op::transpose, op::none, T(1), factor.right, coordinates, T(0),
                           this->output(0));
  }
};

template <class T, class S>
struct polar_plan<T, S>::work final : slicewise_plan<T, S>::state {
  detail::decomposed_slices<T, S> factor;
  half_spectrum<T, S> scaled;  // V S

  work(context<S>& ctx, shape a, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "polar", along),
        factor(ctx, this->spectral(a)),
        scaled(ctx, factor.right.shape().with(a.cols, factor.q)) {
    this->add_input(ctx, nonfinite("polar: a"), a);
    this->add_output(ctx, "w", a);
    this->add_output(ctx, "h", {a.cols, a.cols, a.tube});
  }
  std::size_t more_bytes() const override {
    return factor.workspace_bytes() + static_cast<std::size_t>(scaled.size()) * sizeof(T);
  }
  void compute() override {
    auto& be = this->be();
    // W = U V^H, H = V S V^H
    factor.execute(this->input(0));
    detail::multiply<T, S>(be, op::none, op::none, T(1), factor.left, factor.right, T(0),
                           this->output(0));
    detail::copy_adjoint_columns<T, S>(be, factor.right, scaled, factor.q);
    detail::scale_by_values<T, S>(be, scaled, factor.values.data(), factor.q);
    detail::multiply<T, S>(be, op::none, op::none, T(1), scaled, factor.right, T(0),
                           this->output(1));
  }
};

template <class T, class S>
pseudo_inverse_plan<T, S>::pseudo_inverse_plan(context<S>& ctx, shape a,
                                               std::optional<double> tolerance,
                                               const transform& along)
    : slicewise_plan<T, S>({}) {
  check_tolerance("pseudo_inverse", tolerance);
  this->state_ = detail::make_owned<typename slicewise_plan<T, S>::state, work>(
      ctx, detail::checked_shape("pseudo_inverse", "a", a), tolerance, along);
}

template <class T, class S>
least_squares_plan<T, S>::least_squares_plan(context<S>& ctx, shape a, shape b,
                                             std::optional<double> tolerance,
                                             const transform& along)
    : slicewise_plan<T, S>({}) {
  checks("least_squares").system("a", a, "b", b);
  check_tolerance("least_squares", tolerance);
  this->state_ =
      detail::make_owned<typename slicewise_plan<T, S>::state, work>(ctx, a, b, tolerance, along);
}

template <class T, class S>
polar_plan<T, S>::polar_plan(context<S>& ctx, shape a, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_shape("polar", "a", a), along)) {}

#define TUBAL_INSTANTIATE(T, S)             \
  template class pseudo_inverse_plan<T, S>; \
  template class least_squares_plan<T, S>;  \
  template class polar_plan<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
