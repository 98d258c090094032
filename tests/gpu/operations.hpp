// Every operation that only enqueues, on buffers of the caller: one entry each.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <string>

#include "core/primitives/backend.hpp"
#include "cuda/context.hpp"
#include "gpu_test.hpp"

namespace tubal::test {

/// What an operation reads and writes. Before each round inputs get fresh normal numbers, and
/// outputs NaN.
template <class T>
class buffers {
  using view = tensor_view<T, cuda>;
  using spectrum = half_spectrum_view<T, cuda>;

 public:
  /// Views begin `first` elements behind an address that is aligned to 256 bytes.
  explicit buffers(context<cuda>& c, std::int64_t first = 0) : ctx(c), first_(first) {}
  context<cuda>& ctx;

  view in(shape s) { return inputs_.emplace_back(make(s)); }
  view out(shape s) { return outputs_.emplace_back(make(s)); }
  spectrum spectrum_in(shape s) { return {in(s).data(), s}; }
  spectrum spectrum_out(shape s) { return {out(s).data(), s}; }
  /// The state of an object that the operation changes.
  void in_and_out(half_spectrum_view<const T, cuda> state) {
    inputs_.push_back({const_cast<T*>(state.data()), state.shape()});
    outputs_in_place_.push_back({state.data(), state.shape()});
  }
  void result(tensor_view<const T, cuda> x) { outputs_in_place_.push_back(x); }
  /// The operation is a step from where the one before it has come to.
  bool goes_on = false;

  template <template <class, class> class Plan, class... Arguments>
  auto plan(Arguments... arguments) {
    return std::make_shared<Plan<T, cuda>>(ctx, arguments...);
  }

  void refresh(unsigned round) {
    std::uint64_t seed = 100 * round;
    for (const view& x : inputs_) fill_normal<T, cuda>(ctx, x, 1.0, ++seed);
    for (const view& x : outputs_) {
      const std::vector<T> nans(static_cast<std::size_t>(x.size()),
                                std::numeric_limits<T>::quiet_NaN());
      copy<T, cuda>(ctx, from_host(ctx, x.shape(), nans), x);
    }
    ctx.wait();
  }

  std::vector<T> results() {
    std::vector<T> all;
    const auto add = [&](tensor_view<const T, cuda> x) {
      const auto values = to_host(ctx, x);
      all.insert(all.end(), values.begin(), values.end());
    };
    for (const view& x : outputs_) add(x);
    for (const auto& x : outputs_in_place_) add(x);
    return all;
  }

 private:
  view make(shape s) {
    return {owned_.emplace_back(ctx, shape{first_ + s.size(), 1, 1}).data() + first_, s};
  }
  std::int64_t first_;
  std::vector<tensor<T, cuda>> owned_;
  std::vector<view> inputs_, outputs_;
  std::vector<tensor_view<const T, cuda>> outputs_in_place_;
};

/// Prepares an operation on the buffers and gives the work that is enqueued, and captured.
template <class T>
using operation = std::function<std::function<void()>(buffers<T>&)>;

template <class T>
struct descent {
  problem<T, cuda> given;
  recovery<T, cuda> run;
  /// Not in Gram form: what it keeps of U between calls does not see a U that is put there.
  descent(buffers<T>& b, std::int64_t columns)
      : given(make_synthetic_problem<T>(
            b.ctx, {.n = 4, .k = 3, .tubal_rank = 1, .factor_rank = columns, .measurements = 30})),
        run(b.ctx, given.sensing, given.measurements, given.initial_factor, 1e-3,
            {.gram_form = false}) {
    b.in_and_out(run.spectral_factor());
    b.result(run.packed_product());
    b.result(run.residual());
  }
};

template <class T>
std::map<std::string, operation<T>> operations() {
  using B = buffers<T>;
  const auto steps = [](std::int64_t columns, auto work) {
    return
        [=](B& b) { return [=, d = std::make_shared<descent<T>>(b, columns)] { work(d->run); }; };
  };
  const auto step_by = [](detail::sensing_way way, bool packed_gram) {
    return [=](B& b) {
      auto& choices = b.ctx.backend()->internals().choices;
      choices.sensing = way;
      choices.packed_gram = packed_gram;
      return [d = std::make_shared<descent<T>>(b, 3)] { d->run.step(); };
    };
  };
  const auto sensing = [](B& b, std::int64_t m) {
    return std::make_shared<packed_sensing<T, cuda>>(
        packed_sensing<T, cuda>::gaussian(b.ctx, 3, 4, m, 5));
  };
  // of an operator on 3 x 2 x 4 tensors
  const auto apply = [](auto make) {
    return [=](B& b) {
      const auto a = make(b);
      return [&c = b.ctx, a, x = b.in(a->domain()), y = b.out({a->measurements(), 1, 1})] {
        a->apply(c, x, y);
      };
    };
  };
  const auto adjoint = [](auto make) {
    return [=](B& b) {
      const auto a = make(b);
      return [&c = b.ctx, a, x = b.in({a->measurements(), 1, 1}), y = b.out(a->domain())] {
        a->adjoint(c, x, y);
      };
    };
  };
  const auto normal_step = [](auto make) {
    return [=](B& b) {
      const auto a = make(b);
      const shape data{a->measurements(), 1, 1};
      return [&c = b.ctx, a, x = b.in(a->domain()), y = b.in(data), r = b.out(data),
              z = b.out(a->domain())] { a->normal_step(c, x, y, r, z); };
    };
  };
  const auto mask = [](B& b) {
    return std::make_shared<entry_mask<T, cuda>>(
        entry_mask<T, cuda>::random(b.ctx, {3, 2, 4}, 0.5, 1));
  };
  const auto fast = [](B& b) {
    return std::make_shared<fast_transform_sensing<T, cuda>>(b.ctx, shape{3, 2, 4}, 10, 1);
  };
  const auto generated = [](B& b) {
    return std::make_shared<generated_sensing<T, cuda>>(b.ctx, shape{3, 2, 4}, 7,
                                                        ensemble_law::gaussian, 1);
  };
  const auto dense = [](B& b) {
    return std::make_shared<dense_sensing<T, cuda>>(b.ctx, b.in({3, 2, 4 * 7}), 4);
  };
  const auto owned_dense = [](B& b) {
    return std::make_shared<dense_sensing<T, cuda>>(
        dense_sensing<T, cuda>::random(b.ctx, {3, 2, 4}, 7, ensemble_law::gaussian, 1));
  };
  const auto square_mask = [](B& b) {
    return std::make_shared<entry_mask<T, cuda>>(
        entry_mask<T, cuda>::random(b.ctx, {3, 3, 4}, 0.5, 1));
  };
  const auto data_of = [](B& b, const auto& a) {
    tensor<T, cuda> y(b.ctx, {a.measurements(), 1, 1});
    fill_normal<T, cuda>(b.ctx, y, 1.0, 8);
    return y;
  };
  const auto descend = [=](auto make, descent_options options) {
    return [=](B& b) {
      const auto a = make(b);
      auto d = std::make_shared<tubal::descent<T, cuda>>(b.ctx, *a, data_of(b, *a), options);
      b.result(d->evaluated_product());
      b.result(d->residual());
      b.goes_on = true;
      return [a, d] { d->step(); };
    };
  };
  const auto nuclear_norm = [=](auto make) {
    return [=](B& b) {
      const auto a = make(b);
      auto r = std::make_shared<nuclear_norm_recovery<T, cuda>>(
          b.ctx, *a, data_of(b, *a), admm_options{.growth = 1, .inner_iterations = 3});
      b.result(r->feasible());
      b.result(r->low_rank());
      b.goes_on = true;
      return [a, r] { r->step(); };
    };
  };
  const auto robust = [](B& b) {
    tensor<T, cuda> m(b.ctx, {3, 2, 4});
    fill_normal<T, cuda>(b.ctx, m, 1.0, 8);
    auto r =
        std::make_shared<robust_pca<T, cuda>>(b.ctx, m, robust_pca_options{.admm = {.growth = 1}});
    b.result(r->low_rank());
    b.result(r->sparse());
    b.goes_on = true;
    return [r] { r->step(); };
  };
  // clang-format off
  return {
    {"fill_normal", [](B& b) { return [&c = b.ctx, x = b.out({5, 3, 4})] { fill_normal<T, cuda>(c, x, 0.5, 9); }; }},
    {"fill_uniform", [](B& b) { return [&c = b.ctx, x = b.out({5, 3, 4})] { fill_uniform<T, cuda>(c, x, 0.5, 9); }; }},
    {"copy", [](B& b) { return [&c = b.ctx, x = b.in({5, 3, 4}), y = b.out({5, 3, 4})] { copy<T, cuda>(c, x, y); }; }},
    {"set_identity", [](B& b) { return [&c = b.ctx, x = b.out({5, 5, 4})] { set_identity<T, cuda>(c, x); }; }},
    {"transpose", [](B& b) { return [&c = b.ctx, x = b.in({5, 3, 4}), y = b.out({3, 5, 4})] { transpose<T, cuda>(c, x, y); }; }},
    {"pack_symmetric", [](B& b) { return [&c = b.ctx, x = b.spectrum_in({4, 4, 6}), y = b.out({symmetric_dimension(4, 6), 1, 1})] { pack_symmetric<T, cuda>(c, x, y); }; }},
    {"unpack_symmetric", [](B& b) { return [&c = b.ctx, x = b.in({symmetric_dimension(4, 6), 1, 1}), y = b.spectrum_out({4, 4, 6})] { unpack_symmetric<T, cuda>(c, x, y); }; }},
    {"tube_transform_forward", [](B& b) { return [p = b.template plan<tube_transform>(shape{5, 3, 7}), x = b.in({5, 3, 7}), y = b.spectrum_out({5, 3, 7})] { p->forward(x, y); }; }},
    {"tube_transform_inverse", [](B& b) { return [p = b.template plan<tube_transform>(shape{5, 3, 8}), x = b.spectrum_in({5, 3, 8}), y = b.out({5, 3, 8})] { p->inverse(x, y); }; }},
    {"tproduct_plan", [](B& b) { return [p = b.template plan<tproduct_plan>(shape{4, 3, 5}, shape{3, 2, 5}), x = b.in({4, 3, 5}), y = b.in({3, 2, 5}), z = b.out({4, 2, 5})] { p->execute(x, y, z); }; }},
    {"tproduct_plan_through_spectra", [](B& b) { return [p = b.template plan<tproduct_plan>(shape{4, 3, 17}, shape{3, 2, 17}), x = b.in({4, 3, 17}), y = b.in({3, 2, 17}), z = b.out({4, 2, 17})] { p->execute(x, y, z); }; }},
    {"gram_plan", [](B& b) { return [p = b.template plan<gram_plan>(shape{4, 3, 6}), x = b.in({4, 3, 6}), y = b.out({4, 4, 6})] { p->execute(x, y); }; }},
    {"tproduct_plan_with_beta", [](B& b) { return [p = b.template plan<tproduct_plan>(shape{4, 3, 6}, shape{2, 3, 6}, product_options{.op_b = op::transpose, .along = transform::dft({2, 3})}), i0 = b.in({4, 3, 6}), i1 = b.in({2, 3, 6}), o0 = b.out({4, 2, 6})] { p->execute(i0, i1, o0, T(2)); }; }},
    {"facewise_product", [](B& b) { return [&c = b.ctx, x = b.in({4, 3, 6}), y = b.in({3, 2, 1}), z = b.out({4, 2, 6})] { facewise_product<T, cuda>(c, x, y, z); }; }},
    {"power_plan", [](B& b) { return [p = b.template plan<power_plan>(shape{4, 4, 6}, std::int64_t{5}, transform::dct()), i0 = b.in({4, 4, 6}), o0 = b.out({4, 4, 6})] { p->execute(i0, o0); }; }},
    {"svd_plan", [](B& b) { return [p = b.template plan<svd_plan>(shape{5, 3, 6}, svd_options{.size = factor_size::full, .along = transform{}}), i0 = b.in({5, 3, 6}), o0 = b.out({5, 5, 6}), o1 = b.out({5, 3, 6}), o2 = b.out({3, 3, 6})] { p->execute(i0, o0, o1, o2); }; }},
    {"qr_plan", [](B& b) { return [p = b.template plan<qr_plan>(shape{5, 3, 6}, factor_size::economy, transform{}), i0 = b.in({5, 3, 6}), o0 = b.out({5, 3, 6}), o1 = b.out({3, 3, 6})] { p->execute(i0, o0, o1); }; }},
    {"svd_plan_along_dct", [](B& b) { return [p = b.template plan<svd_plan>(shape{5, 3, 6}, svd_options{.size = factor_size::full, .along = transform::dct()}), i0 = b.in({5, 3, 6}), o0 = b.out({5, 5, 6}), o1 = b.out({5, 3, 6}), o2 = b.out({3, 3, 6})] { p->execute(i0, o0, o1, o2); }; }},
    {"qr_plan_along_dct", [](B& b) { return [p = b.template plan<qr_plan>(shape{5, 3, 6}, factor_size::economy, transform::dct()), i0 = b.in({5, 3, 6}), o0 = b.out({5, 3, 6}), o1 = b.out({3, 3, 6})] { p->execute(i0, o0, o1); }; }},
    {"svd_plan_along_two_dimensions", [](B& b) { return [p = b.template plan<svd_plan>(shape{5, 3, 6}, svd_options{.size = factor_size::full, .along = transform::dft({2, 3})}), i0 = b.in({5, 3, 6}), o0 = b.out({5, 5, 6}), o1 = b.out({5, 3, 6}), o2 = b.out({3, 3, 6})] { p->execute(i0, o0, o1, o2); }; }},
    {"qr_plan_along_two_dimensions", [](B& b) { return [p = b.template plan<qr_plan>(shape{5, 3, 6}, factor_size::economy, transform::dft({2, 3})), i0 = b.in({5, 3, 6}), o0 = b.out({5, 3, 6}), o1 = b.out({3, 3, 6})] { p->execute(i0, o0, o1); }; }},
    {"randomized_svd_plan", [](B& b) { return [p = b.template plan<randomized_svd_plan>(shape{5, 3, 6}, std::int64_t{2}), i0 = b.in({5, 3, 6}), o0 = b.out({5, 2, 6}), o1 = b.out({2, 2, 6}), o2 = b.out({3, 2, 6})] { p->execute(i0, o0, o1, o2); }; }},
    {"lq_plan", [](B& b) { return [p = b.template plan<lq_plan>(shape{5, 3, 6}, factor_size::full), i0 = b.in({5, 3, 6}), o0 = b.out({5, 3, 6}), o1 = b.out({3, 3, 6})] { p->execute(i0, o0, o1); }; }},
    {"eigen_plan", [](B& b) { return [p = b.template plan<eigen_plan>(shape{4, 4, 6}), i0 = b.in({4, 4, 6}), o0 = b.out({4, 4, 6}), o1 = b.out({4, 4, 6})] { p->execute(i0, o0, o1); }; }},
    {"symmetric_function_plan", [](B& b) { return [p = b.template plan<symmetric_function_plan>(shape{4, 4, 6}, symmetric_function::exponential), i0 = b.in({4, 4, 6}), o0 = b.out({4, 4, 6})] { p->execute(i0, o0); }; }},
    {"cholesky_plan", [](B& b) { return [g = b.template plan<gram_plan>(shape{4, 7, 6}), p = b.template plan<cholesky_plan>(shape{4, 4, 6}), u = b.in({4, 7, 6}), a = b.out({4, 4, 6}), l = b.out({4, 4, 6})] { g->execute(u, a); p->execute(a, l); }; }},
    {"lu_plan", [](B& b) { return [p = b.template plan<lu_plan>(shape{5, 3, 6}), i0 = b.in({5, 3, 6}), o0 = b.out({5, 5, 6}), o1 = b.out({5, 3, 6}), o2 = b.out({3, 3, 6})] { p->execute(i0, o0, o1, o2); }; }},
    {"solve_plan", [](B& b) { return [p = b.template plan<solve_plan>(shape{4, 4, 6}, shape{4, 2, 6}), i0 = b.in({4, 4, 6}), i1 = b.in({4, 2, 6}), o0 = b.out({4, 2, 6})] { p->execute(i0, i1, o0); }; }},
    {"inverse_plan", [](B& b) { return [p = b.template plan<inverse_plan>(shape{4, 4, 6}), i0 = b.in({4, 4, 6}), o0 = b.out({4, 4, 6})] { p->execute(i0, o0); }; }},
    {"pseudo_inverse_plan", [](B& b) { return [p = b.template plan<pseudo_inverse_plan>(shape{5, 3, 6}), i0 = b.in({5, 3, 6}), o0 = b.out({3, 5, 6})] { p->execute(i0, o0); }; }},
    {"least_squares_plan", [](B& b) { return [p = b.template plan<least_squares_plan>(shape{5, 3, 6}, shape{5, 2, 6}), i0 = b.in({5, 3, 6}), i1 = b.in({5, 2, 6}), o0 = b.out({3, 2, 6})] { p->execute(i0, i1, o0); }; }},
    {"polar_plan", [](B& b) { return [p = b.template plan<polar_plan>(shape{5, 3, 6}), i0 = b.in({5, 3, 6}), o0 = b.out({5, 3, 6}), o1 = b.out({3, 3, 6})] { p->execute(i0, o0, o1); }; }},
    {"projection_plan", [](B& b) { return [p = b.template plan<projection_plan>(shape{5, 3, 6}, shape{5, 2, 6}), i0 = b.in({5, 3, 6}), i1 = b.in({5, 2, 6}), o0 = b.out({5, 2, 6})] { p->execute(i0, i1, o0); }; }},
    {"shrink_plan", [](B& b) { return [p = b.template plan<shrink_plan>(shape{5, 3, 6}, shrinkage::soft_threshold), i0 = b.in({5, 3, 6}), o0 = b.out({5, 3, 6})] { p->execute(i0, o0, 0.5); }; }},
    {"packed_sensing_apply", [=](B& b) { return [&c = b.ctx, a = sensing(b, 7), x = b.in({symmetric_dimension(3, 4), 1, 1}), y = b.out({7, 1, 1})] { a->apply(c, x, y); }; }},
    {"packed_sensing_adjoint", [=](B& b) { return [&c = b.ctx, a = sensing(b, 7), x = b.in({7, 1, 1}), y = b.out({symmetric_dimension(3, 4), 1, 1})] { a->adjoint(c, x, y); }; }},
    {"dense_sensing_apply", apply(dense)},
    {"dense_sensing_adjoint", adjoint(dense)},
    {"dense_sensing_normal_step", normal_step(dense)},
    {"entry_mask_apply", apply(mask)},
    {"entry_mask_adjoint", adjoint(mask)},
    {"entry_mask_normal_step", normal_step(mask)},
    {"fast_transform_apply", apply(fast)},
    {"fast_transform_adjoint", adjoint(fast)},
    {"generated_sensing_apply", apply(generated)},
    {"generated_sensing_normal_step", normal_step(generated)},
    {"recovery_evaluate", steps(3, [](auto& run) { run.evaluate(); })},
    {"recovery_step", steps(3, [](auto& run) { run.step(); })},
    {"recovery_step_of_a_wide_factor", steps(9, [](auto& run) { run.step(); })},
    {"recovery_step_by_rows", step_by(detail::sensing_way::rows, true)},
    {"recovery_step_by_strips", step_by(detail::sensing_way::strips, true)},
    {"recovery_step_in_plain_form", step_by(detail::sensing_way::two_products, false)},
    {"recovery_steps", steps(4, [](auto& run) { run.steps(3); })},
    {"descent_step", descend(fast, {.factor_rank = 2, .momentum = 0.3})},
    {"descent_step_of_wide_factors", descend(generated, {.factor_rank = 9})},
    {"descent_step_scaled", descend(mask, {.method = descent_method::scaled, .factor_rank = 2, .held_out = 0.2})},
    {"descent_step_alternating", descend(owned_dense, {.method = descent_method::alternating, .factor_rank = 2})},
    {"descent_step_symmetric", descend(square_mask, {.form = factor_form::symmetric, .method = descent_method::scaled, .factor_rank = 2})},
    {"nuclear_norm_step", nuclear_norm(mask)},
    {"nuclear_norm_step_by_cholesky", nuclear_norm(owned_dense)},
    {"nuclear_norm_step_by_conjugate_gradients", nuclear_norm(generated)},
    {"robust_pca_step", robust},
  };
  // clang-format on
}

}  // namespace tubal::test
