// Column spaces.
#include <tubal/subspaces.hpp>

#include <tubal/error.hpp>
#include <tubal/qr.hpp>

#include <algorithm>
#include <cmath>

#include "core/algebra/slicewise.hpp"
#include "core/algebra/spectral_orthogonal.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;
using detail::describe;
using detail::nonfinite;

namespace {

const checks& check_columns(const checks& check, const char* name, const shape& s) {
  check.valid(name, s);
  if (s.cols > s.rows)
    check.fail_shape(std::string(name) + " is " + to_string(s) +
                     ", but a column space has at most the dimension of " +
                     to_string(shape{s.rows, s.rows, s.tube}));
  return check;
}

/// Singular values of a spectrum, q per stored slice, in main memory. Allocates, waits.
template <class T, class S>
std::vector<double> values_of(context<S>& ctx, half_spectrum_view<T, S> x) {
  const std::int64_t q = std::min(x.shape().rows, x.shape().cols);
  const tensor<T, S> values(ctx, {q, x.slices().total(), 1});
  detail::spectral_svd<T, S> factor(ctx, x.shape(), detail::vectors::skip);
  factor.execute(x, values.data(), {}, {});
  const std::vector<T> found = to_host(ctx, values);
  return {found.begin(), found.end()};
}

}  // namespace

template <class T, class S>
struct projection_plan<T, S>::work final : slicewise_plan<T, S>::state {
  spectrum_shape s;
  half_spectrum<T, S> basis, coordinates;  // Q^H, Q^H X
  detail::spectral_basis<T, S> orthonormal;

  work(context<S>& ctx, shape a, shape x, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "project", along),
        s(this->spectral(a)),
        basis(ctx, s.with(a.cols, a.rows)),
        coordinates(ctx, s.with(a.cols, x.cols)),
        orthonormal(ctx, s) {
    this->add_input(ctx, nonfinite("project: a"), a);
    this->add_input(ctx, nonfinite("project: x"), x);
    this->add_output(ctx, "projected", x);
  }
  std::size_t more_bytes() const override {
    return static_cast<std::size_t>(basis.size() + coordinates.size()) * sizeof(T) +
           orthonormal.workspace_bytes();
  }
  void compute() override {
    auto& be = this->be();
    orthonormal.execute(be, this->input(0), basis);
    detail::multiply<T, S>(be, op::none, op::none, T(1), basis, this->input(1), T(0), coordinates);
    detail::multiply<T, S>(be, op::transpose, op::none, T(1), basis, coordinates, T(0),
                           this->output(0));
  }
};

template <class T, class S>
projection_plan<T, S>::projection_plan(context<S>& ctx, shape a, shape x, const transform& along)
    : slicewise_plan<T, S>({}) {
  check_columns(checks("project"), "a", a).system("a", a, "x", x);
  this->state_ = detail::make_owned<typename slicewise_plan<T, S>::state, work>(ctx, a, x, along);
}

template <class T, class S>
std::vector<double> principal_angles(context<S>& ctx, const tensor_view<T, S>& a, input<T, S> b,
                                     const transform& along) {
  using value = std::remove_const_t<T>;
  const checks check("principal_angles");
  check_columns(check, "a", a.shape()).usable(describe("a", a));
  check_columns(check, "b", b.shape())
      .usable(describe("b", b))
      .system("a", a.shape(), "b", b.shape());
  detail::backend<S>& be = *ctx.backend();
  const auto basis_of = [&](tensor_view<const value, S> x, detail::fault fault) {
    tube_transform<value, S> to(ctx, x.shape(), along);
    const half_spectrum<value, S> hat(ctx, to.shape());
    half_spectrum<value, S> basis(ctx, to.shape().with(x.shape().cols, x.shape().rows));
    to.forward(x, hat, fault);
    detail::spectral_basis<value, S>(ctx, hat.shape()).execute(be, hat, basis);
    ctx.wait();
    return basis;
  };
  half_spectrum<value, S> larger = basis_of(a, nonfinite("principal_angles: a")),
                          smaller = basis_of(b, nonfinite("principal_angles: b"));
  if (smaller.shape().rows > larger.shape().rows) std::swap(larger, smaller);
  const std::int64_t p = smaller.shape().rows, q = larger.shape().rows;
  // cosines: W^H V; sines: W - V V^H W
  const half_spectrum<value, S> overlap(ctx, smaller.shape().with(p, q)),
      copy(ctx, overlap.shape());
  detail::multiply<value, S>(be, op::none, op::transpose, value(1), smaller, larger, value(0),
                             overlap);
  detail::copy_spectrum<value, S>(be, overlap, copy);
  const std::vector<double> cosines = values_of<value, S>(ctx, copy);
  detail::multiply<value, S>(be, op::none, op::none, value(-1), overlap, larger, value(1), smaller);
  const std::vector<double> sines = values_of<value, S>(ctx, smaller);

  std::vector<double> angles;
  for (const std::int64_t slice : along.stored_slices(a.shape().tube))
    for (std::int64_t i = 0; i < p; ++i) {
      const double cosine = cosines[static_cast<std::size_t>(slice * p + i)];
      const double sine = sines[static_cast<std::size_t>(slice * p + p - 1 - i)];
      angles.push_back(sine * sine < 0.5 ? std::asin(sine) : std::acos(std::min(cosine, 1.0)));
    }
  return angles;
}

template <class T, class S>
double coherence(context<S>& ctx, const tensor_view<T, S>& a, const transform& along) {
  const shape s = a.shape();
  check_columns(checks("coherence"), "a", s).usable(describe("a", a));
  if (s.cols == 0) return 0;
  const auto q = to_host(ctx, qr(ctx, a, factor_size::economy, along).q);
  std::vector<double> rows(static_cast<std::size_t>(s.rows));
  for (std::size_t e = 0; e < q.size(); ++e)
    rows[e % rows.size()] += static_cast<double>(q[e]) * static_cast<double>(q[e]);
  return *std::max_element(rows.begin(), rows.end()) * static_cast<double>(s.rows) *
         along.scale(s.tube) / static_cast<double>(s.cols * s.tube);
}

#define TUBAL_INSTANTIATE(T, S)                                                              \
  template class projection_plan<T, S>;                                                      \
  template std::vector<double> principal_angles(context<S>&, const tensor_view<T, S>&,       \
                                                input<T, S>, const transform&);              \
  template std::vector<double> principal_angles(context<S>&, const tensor_view<const T, S>&, \
                                                input<const T, S>, const transform&);        \
  template double coherence(context<S>&, const tensor_view<T, S>&, const transform&);        \
  template double coherence(context<S>&, const tensor_view<const T, S>&, const transform&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
