// U * U^T.
#include <tubal/gram.hpp>

#include "core/algebra/slicewise.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

template <class T, class S>
struct gram_plan<T, S>::work final : slicewise_plan<T, S>::state {
  half_spectrum<T, S> triangle;

  work(context<S>& ctx, shape u, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "gram", along) {
    this->add_input(ctx, detail::nonfinite("gram: u"), u);
    this->add_output(ctx, "x", {u.rows, u.rows, u.tube});
    triangle = half_spectrum<T, S>(ctx, this->output(0).shape());
  }
  std::size_t more_bytes() const override {
    return static_cast<std::size_t>(triangle.size()) * sizeof(T);
  }

  void compute() override {
    // X^_f = U^_f U^_f^H, one triangle, then the other one
    detail::multiply_gram<T, S>(this->be(), this->input(0), triangle);
    detail::for_each_entry<detail::mirror_lower>(
        this->be(), half_spectrum_view<const T, S>(triangle), this->output(0));
  }
};

template <class T, class S>
gram_plan<T, S>::gram_plan(context<S>& ctx, shape u, const transform& along)
    : slicewise_plan<T, S>(
          detail::make_owned<typename slicewise_plan<T, S>::state, work>(ctx, u, along)) {}

#define TUBAL_INSTANTIATE(T, S) template class gram_plan<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
