// Descent with backtracking: the step that it takes, against the loss itself.
#include <cmath>

#include "measured.hpp"

namespace tubal::test {
namespace {

template <class T>
class line_search_test : public measured_test<T> {
 protected:
  /// L * Q^T of tubal rank 1, U * U^T when symmetric
  plain truth(const shape& s, bool one_factor) {
    const plain l = random_tensor({s.rows, 1, s.tube}, 1),
                q = random_tensor({s.cols, 1, s.tube}, 2);
    return tproduct(l, transpose(one_factor ? l : q));
  }
};
TYPED_TEST_SUITE(line_search_test, precisions);

/// All forms and methods.
std::vector<descent_options> every_kind() {
  std::vector<descent_options> kinds;
  for (const auto how :
       {descent_method::gradient, descent_method::scaled, descent_method::alternating})
    for (const auto form : {factor_form::asymmetric, factor_form::symmetric})
      if (how != descent_method::alternating || form == factor_form::asymmetric)
        kinds.push_back({.form = form,
                         .method = how,
                         .factor_rank = 2,
                         .init_scale = 0.5,
                         .rule = step_rule::backtracking,
                         .step_size = 100});
  return kinds;
}

TYPED_TEST(line_search_test, takes_the_first_share_that_lowers_the_loss_enough) {
  using T = TypeParam;
  const double w = 0.3;
  for (const std::int64_t k : {1, 3, 4})
    for (const bool one_factor : {false, true}) {
      const shape s{4, 4, k};
      const auto a = dense_sensing<T, space>::random(this->ctx(), s, 30, ensemble_law::gaussian, 3);
      const auto y = this->measured(a, this->truth(s, one_factor));
      const plain data = this->fetch(y), l = random_tensor({4, 2, k}, 6),
                  q = one_factor ? l : random_tensor({4, 2, k}, 7);
      descent<T, space> d(this->ctx(), a, y,
                          {.form = one_factor ? factor_form::symmetric : factor_form::asymmetric,
                           .start = descent_start::given,
                           .rule = step_rule::backtracking,
                           .step_size = 100,
                           .weight_decay = w},
                          this->put(l), one_factor ? tensor<T, space>() : this->put(q));
      const double largest = d.step_size();
      const auto loss = [&](const plain& x, const plain& z) {
        return this->loss(a, data, x, z, w, one_factor);
      };
      // the whole step, from a descent without a search
      descent<T, space> whole(
          this->ctx(), a, y,
          {.form = one_factor ? factor_form::symmetric : factor_form::asymmetric,
           .start = descent_start::given,
           .rule = step_rule::constant,
           .step_size = largest,
           .weight_decay = w},
          this->put(l), one_factor ? tensor<T, space>() : this->put(q));
      whole.step();
      const plain dl = plus(this->fetch(whole.left()), -1, l),
                  dq = plus(this->fetch(whole.right()), -1, q);
      const double slope = -(dot(dl, dl) + (one_factor ? 0 : dot(dq, dq))) / largest;
      double share = 1;
      while (loss(plus(l, share, dl), plus(q, share, dq)) > loss(l, q) + 1e-4 * share * slope)
        share /= 2;
      ASSERT_LT(share, 1) << "a case without halving shows nothing";
      d.step();
      EXPECT_EQ(d.step_size(), share * largest) << to_string(s);
      this->expect_ratio("backtracking, left", distance(this->fetch(d.left()), plus(l, share, dl)),
                         10 * norm(dl), to_string(s));
      this->expect_ratio("backtracking, right",
                         distance(this->fetch(d.right()), plus(q, share, dq)), 10 * norm(dq),
                         to_string(s));
    }
}

TYPED_TEST(line_search_test, the_fitted_error_never_grows) {
  using T = TypeParam;
  const shape s{6, 6, 3};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.7, 1);
  for (const transform& along : {transform::dft(), transform::dct()})
    for (descent_options o : every_kind()) {
      o.along = along;
      o.held_out = 0.2;
      const auto y = this->measured(a, this->truth(s, o.form == factor_form::symmetric));
      descent<T, space> d(this->ctx(), a, y, o);
      double last = d.observe()[measure::train_error];
      const double first = last;
      for (int t = 0; t < 20; ++t) {
        d.step();
        const double now = d.observe()[measure::train_error];
        EXPECT_LE(now, last * (1 + 1e2 * this->eps)) << t << " method " << int(o.method);
        last = now;
      }
      EXPECT_LT(last, first / 2) << "method " << int(o.method) << ", form " << int(o.form);
    }
}

TYPED_TEST(line_search_test, recovers_without_a_step_to_choose) {
  using T = TypeParam;
  const shape s{8, 8, 3};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.75, 1);
  const double wanted = sizeof(T) == 8 ? 1e-6 : 1e-3;
  for (descent_options o : every_kind()) {
    const plain x = this->truth(s, o.form == factor_form::symmetric);
    const auto y = this->measured(a, x);
    o.factor_rank = 1;
    o.start = descent_start::spectral;
    descent<T, space> d(this->ctx(), a, y, o);
    run(d, {.iterations = 600, .record_every = 20, .train_tolerance = wanted / 20});
    EXPECT_LT(distance(x, this->get(d.product())) / norm(x), wanted)
        << "method " << int(o.method) << ", form " << int(o.form);
  }
}

TYPED_TEST(line_search_test, bad_calls) {
  using T = TypeParam;
  const shape s{4, 3, 2};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.9, 1);
  const auto y = this->measured(a, this->truth(s, false));
  EXPECT_THROW(
      (descent<T, space>(this->ctx(), a, y, {.rule = step_rule::backtracking, .momentum = 0.5})),
      argument_error);
}

}  // namespace
}  // namespace tubal::test
