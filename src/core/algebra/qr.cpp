// Orthogonal-triangular factorisations. A QR is the adjoint of the LQ of A^H.
#include <tubal/qr.hpp>

#include "core/algebra/slicewise.hpp"
#include "core/algebra/spectral_orthogonal.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

namespace {

std::int64_t basis_size(std::int64_t orthogonal, std::int64_t other, factor_size size) {
  return size == factor_size::full ? orthogonal : std::min(orthogonal, other);
}

}  // namespace

template <class T, class S>
struct lq_plan<T, S>::work final : slicewise_plan<T, S>::state {
  detail::spectral_any_lq<T, S> factor;

  work(context<S>& ctx, shape a, factor_size size, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "lq", along),
        factor(ctx, this->spectral(a), basis_size(a.cols, a.rows, size)) {
    const std::int64_t p = basis_size(a.cols, a.rows, size);
    this->add_input(ctx, detail::nonfinite("lq: a"), a);
    this->add_output(ctx, "l", {a.rows, p, a.tube});
    this->add_output(ctx, "q", {p, a.cols, a.tube});
  }
  std::size_t more_bytes() const override { return factor.workspace_bytes(); }
  void compute() override {
    factor.execute(this->be(), this->input(0), this->output(0), this->output(1));
  }
};

template <class T, class S>
struct qr_plan<T, S>::work final : slicewise_plan<T, S>::state {
  spectrum_shape s;
  std::int64_t p;
  half_spectrum<T, S> adjoint, l, q;  // A^H = L Q, n2 x n1
  detail::spectral_any_lq<T, S> factor;

  work(context<S>& ctx, shape a, factor_size size, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "qr", along),
        s(this->spectral(a)),
        p(basis_size(a.rows, a.cols, size)),
        adjoint(ctx, s.with(a.cols, a.rows)),
        l(ctx, s.with(a.cols, p)),
        q(ctx, s.with(p, a.rows)),
        factor(ctx, adjoint.shape(), p) {
    this->add_input(ctx, detail::nonfinite("qr: a"), a);
    this->add_output(ctx, "q", {a.rows, p, a.tube});
    this->add_output(ctx, "r", {p, a.cols, a.tube});
  }
  std::size_t more_bytes() const override {
    return static_cast<std::size_t>(adjoint.size() + l.size() + q.size()) * sizeof(T) +
           factor.workspace_bytes();
  }
  void compute() override {
    auto& be = this->be();
    const auto copy_adjoint = [&](half_spectrum_view<const T, S> from,
                                  half_spectrum_view<T, S> to) {
      detail::for_each_entry<detail::copy_adjoint>(be, from, to);
    };
    copy_adjoint(this->input(0), adjoint);
    factor.execute(be, adjoint, l, q);
    copy_adjoint(q, this->output(0));
    copy_adjoint(l, this->output(1));
  }
};

template <class T, class S>
qr_plan<T, S>::qr_plan(context<S>& ctx, shape a, factor_size size, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_shape("qr", "a", a), size, along)) {}

template <class T, class S>
lq_plan<T, S>::lq_plan(context<S>& ctx, shape a, factor_size size, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_shape("lq", "a", a), size, along)) {}

#define TUBAL_INSTANTIATE(T, S) \
  template class qr_plan<T, S>; \
  template class lq_plan<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
