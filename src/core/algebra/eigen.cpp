// Eigenvalues and functions of t-symmetric tensors.
#include <tubal/eigen.hpp>

#include "core/algebra/slicewise.hpp"
#include "core/algebra/spectral_values.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

template <class T, class S>
struct eigen_plan<T, S>::work final : slicewise_plan<T, S>::state {
  spectrum_shape s;
  half_spectrum<T, S> vectors;
  tensor<T, S> values;
  detail::spectral_eigen<T, S> factor;

  work(context<S>& ctx, shape a, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "eigen", along),
        s(this->spectral(a)),
        vectors(ctx, s),
        values(ctx, {a.rows, s.slices.total(), 1}),
        factor(ctx, s, detail::vectors::compute) {
    this->add_input(ctx, detail::nonfinite("eigen: a"), a);
    this->add_output(ctx, "v", a);
    this->add_output(ctx, "d", a);
  }
  std::size_t more_bytes() const override {
    return static_cast<std::size_t>(vectors.size() + values.size()) * sizeof(T) +
           factor.workspace_bytes();
  }

  void compute() override {
    auto& be = this->be();
    const std::int64_t n = s.rows;
    detail::for_each_entry<detail::hermitian_part>(
        be, half_spectrum_view<const T, S>(this->input(0)), half_spectrum_view<T, S>(vectors));
    // ascending; descending is asked for
    factor.execute(vectors, values.data());
    if (n > 0) detail::take_block<T, S>(be, vectors, 0, n - 1, this->output(0), true);
    detail::put_diagonal<T, S>(be, values.data(), n, this->output(1), true);
  }
};

template <class T, class S>
struct symmetric_function_plan<T, S>::work final : slicewise_plan<T, S>::state {
  symmetric_function function;
  spectrum_shape s;
  half_spectrum<T, S> vectors, scaled;
  tensor<T, S> values;
  detail::spectral_eigen<T, S> factor;

  work(context<S>& ctx, shape a, symmetric_function f, const transform& along)
      : slicewise_plan<T, S>::state(ctx, name_of(f), along),
        function(f),
        s(this->spectral(a)),
        vectors(ctx, s),
        scaled(ctx, s),
        values(ctx, {a.rows, s.slices.total(), 1}),
        factor(ctx, s, detail::vectors::compute) {
    this->add_input(ctx,
                    f == symmetric_function::exponential ? detail::nonfinite("exponential: a")
                                                         : detail::nonfinite("square_root: a"),
                    a);
    this->add_output(ctx, "c", a);
  }
  static const char* name_of(symmetric_function f) {
    return f == symmetric_function::exponential ? "exponential" : "square_root";
  }
  std::size_t more_bytes() const override {
    return static_cast<std::size_t>(2 * vectors.size() + values.size()) * sizeof(T) +
           factor.workspace_bytes();
  }

  void compute() override {
    auto& be = this->be();
    detail::for_each_entry<detail::hermitian_part>(
        be, half_spectrum_view<const T, S>(this->input(0)), half_spectrum_view<T, S>(vectors));
    factor.execute(vectors, values.data());
    const bool root = function == symmetric_function::square_root;
    if (root) watch_negative();
    const auto map = root ? detail::value_map::square_root : detail::value_map::exponential;
    be.for_each(values.size(), detail::map_values<T>{values.data(), s.rows, map, 0, nullptr});
    // V f(D) V^H
    detail::copy_spectrum<T, S>(be, vectors, scaled);
    detail::scale_by_values<T, S>(be, scaled, values.data(), s.rows);
    detail::multiply<T, S>(be, op::none, op::transpose, T(1), scaled, vectors, T(0),
                           this->output(0));
  }
  void watch_negative() {
    if (values.size() == 0) return;
    auto& be = this->be();
    be.for_each(
        1, detail::find_negative_value<T>{values.data(), s.rows, s.slices.complex, s.slices.total(),
                                          detail::rank_tolerance<T>(s.rows, s.rows),
                                          detail::slot(be, detail::fault::negative)});
  }
};

template <class T, class S>
eigen_plan<T, S>::eigen_plan(context<S>& ctx, shape a, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_square("eigen", a), along)) {}

template <class T, class S>
symmetric_function_plan<T, S>::symmetric_function_plan(context<S>& ctx, shape a,
                                                       symmetric_function f, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_square(work::name_of(f), a), f, along)) {}

#define TUBAL_INSTANTIATE(T, S)    \
  template class eigen_plan<T, S>; \
  template class symmetric_function_plan<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
