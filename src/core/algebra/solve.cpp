// Triangular factorisations and what they solve.
#include <tubal/solve.hpp>

#include <tubal/error.hpp>

#include "core/algebra/slicewise.hpp"
#include "core/algebra/spectral_condition.hpp"
#include "core/algebra/spectral_factor.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;
using detail::nonfinite;

template <class T, class S>
struct cholesky_plan<T, S>::work final : slicewise_plan<T, S>::state {
  detail::spectral_cholesky<T, S> factor;

  work(context<S>& ctx, shape a, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "cholesky", along), factor(ctx, this->spectral(a)) {
    this->add_input(ctx, nonfinite("cholesky: a"), a);
    this->add_output(ctx, "l", a);
  }
  std::size_t more_bytes() const override { return factor.workspace_bytes(); }
  void compute() override {
    detail::for_each_entry<detail::hermitian_part>(
        this->be(), half_spectrum_view<const T, S>(this->input(0)), this->output(0));
    factor.execute(this->output(0));
  }
};

template <class T, class S>
struct lu_plan<T, S>::work final : slicewise_plan<T, S>::state {
  detail::spectral_lu<T, S> factor;

  work(context<S>& ctx, shape a, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "lu", along), factor(ctx, this->spectral(a)) {
    const std::int64_t q = std::min(a.rows, a.cols);
    this->add_input(ctx, nonfinite("lu: a"), a);
    this->add_output(ctx, "p", {a.rows, a.rows, a.tube});
    this->add_output(ctx, "l", {a.rows, q, a.tube});
    this->add_output(ctx, "u", {q, a.cols, a.tube});
  }
  std::size_t more_bytes() const override { return factor.workspace_bytes(); }
  void compute() override {
    factor.execute(this->input(0));
    detail::permute<T, S>(this->be(), {}, factor.order(), this->output(0));
    const auto triangle = [&](bool lower, half_spectrum_view<T, S> to_hat) {
      detail::for_both_parts(
          [&](auto from, auto to) {
            using E = std::remove_pointer_t<decltype(to.data)>;
            this->be().for_each(to.count * to.rows * to.cols,
                                detail::copy_triangle<E>{from, to, lower});
          },
          this->input(0), to_hat);
    };
    triangle(true, this->output(1));
    triangle(false, this->output(2));
  }
};

namespace {

/// X^_f = A^_f^-1 B^_f by LU, and the condition of A.
template <class T, class S>
class spectral_solver {
 public:
  spectral_solver(context<S>& ctx, const spectrum_shape& a) : factor_(ctx, a), condition_(ctx, a) {}

  /// A is destroyed. Without b, the inverse.
  void execute(detail::backend<S>& be, half_spectrum_view<T, S> a_hat, spectrum_input<T, S> b_hat,
               half_spectrum_view<T, S> x_hat) {
    condition_.take_norms(be, a_hat);
    factor_.execute(a_hat, detail::slot(be, detail::fault::singular));
    condition_.judge(be, a_hat);
    detail::permute<T, S>(be, b_hat, factor_.order(), x_hat);
    detail::solve_factored<T, S>(be, op::none, a_hat, x_hat);
  }
  std::size_t workspace_bytes() const {
    return factor_.workspace_bytes() + condition_.workspace_bytes();
  }

 private:
  detail::spectral_lu<T, S> factor_;
  detail::spectral_condition<T, S> condition_;
};

}  // namespace

template <class T, class S>
struct solve_plan<T, S>::work final : slicewise_plan<T, S>::state {
  spectral_solver<T, S> solver;

  work(context<S>& ctx, shape a, shape b, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "solve", along), solver(ctx, this->spectral(a)) {
    this->add_input(ctx, nonfinite("solve: a"), a);
    this->add_input(ctx, nonfinite("solve: b"), b);
    this->add_output(ctx, "x", b);
  }
  std::size_t more_bytes() const override { return solver.workspace_bytes(); }
  void compute() override {
    solver.execute(this->be(), this->input(0), this->input(1), this->output(0));
  }
};

template <class T, class S>
struct inverse_plan<T, S>::work final : slicewise_plan<T, S>::state {
  spectral_solver<T, S> solver;

  work(context<S>& ctx, shape a, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "inverse", along), solver(ctx, this->spectral(a)) {
    this->add_input(ctx, nonfinite("inverse: a"), a);
    this->add_output(ctx, "x", a);
  }
  std::size_t more_bytes() const override { return solver.workspace_bytes(); }
  void compute() override { solver.execute(this->be(), this->input(0), {}, this->output(0)); }
};

template <class T, class S>
cholesky_plan<T, S>::cholesky_plan(context<S>& ctx, shape a, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_square("cholesky", a), along)) {}

template <class T, class S>
lu_plan<T, S>::lu_plan(context<S>& ctx, shape a, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_shape("lu", "a", a), along)) {}

template <class T, class S>
inverse_plan<T, S>::inverse_plan(context<S>& ctx, shape a, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_square("inverse", a), along)) {}

template <class T, class S>
solve_plan<T, S>::solve_plan(context<S>& ctx, shape a, shape b, const transform& along)
    : slicewise_plan<T, S>({}) {
  checks("solve").square("a", a).system("a", a, "b", b);
  this->state_ = detail::make_owned<typename slicewise_plan<T, S>::state, work>(ctx, a, b, along);
}

#define TUBAL_INSTANTIATE(T, S)       \
  template class cholesky_plan<T, S>; \
  template class lu_plan<T, S>;       \
  template class inverse_plan<T, S>;  \
  template class solve_plan<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
