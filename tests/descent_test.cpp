// Steps of descents on factors, against their formulas; wrong calls.
#include <cmath>

#include "measured.hpp"
#include "reference_recovery.hpp"

namespace tubal::test {
namespace {

using method = descent_method;
constexpr auto symmetric = factor_form::symmetric;

template <class T>
class descent_test : public measured_test<T> {};
TYPED_TEST_SUITE(descent_test, precisions);

TYPED_TEST(descent_test, gradient_steps_are_the_formula) {
  using T = TypeParam;
  const double mu = 0.02, w = 0.5;
  for (const std::int64_t k : {1, 2, 3, 4})
    for (const std::int64_t columns : {2, 7, 11}) {  // the last in fewer columns
      const shape s{4, 3, k};
      const auto a = dense<T>(this->ctx(), s, 17);
      const plain y = random_tensor({17, 1, 1}, 5);
      plain l = plus(plain({4, columns, k}), 0.3, random_tensor({4, columns, k}, 6));
      plain q = plus(plain({3, columns, k}), 0.3, random_tensor({3, columns, k}, 7));
      const plain l0 = l;
      descent<T, space> d(this->ctx(), a, this->put(y),
                          {.start = descent_start::given,
                           .rule = step_rule::constant,
                           .step_size = mu,
                           .weight_decay = w},
                          this->put(l), this->put(q));
      EXPECT_EQ(d.factor_rank(), columns);
      EXPECT_EQ(d.step_size(), mu);
      for (int t = 0; t < 10; ++t) {
        const plain z = this->back(a, plus(this->image(a, tproduct(l, transpose(q))), -1, y));
        const plain next = plus(plus(l, -mu, tproduct(z, q)), -mu * w, l);
        q = plus(plus(q, -mu, tproduct(transpose(z), l)), -mu * w, q);
        l = next;
        d.step();
      }
      EXPECT_EQ(d.iteration(), 10);
      const std::string where = to_string(s) + ", R = " + std::to_string(columns);
      this->expect_ratio("descent, left", distance(l, this->get(d.left())), 10 * norm(l), where);
      this->expect_ratio("descent, right", distance(q, this->get(d.right())), 10 * norm(q), where);
      this->expect_ratio("descent, product",
                         distance(tproduct(l, transpose(q)), this->get(d.product())),
                         10 * norm(l) * norm(q), where);
      EXPECT_GT(distance(l, l0), 0.05 * norm(l0)) << "the steps did something";
    }
}

TYPED_TEST(descent_test, gradient_is_that_of_the_loss) {
  using T = TypeParam;
  if constexpr (sizeof(T) == 8) {
    const double mu = 1e-3, w = 0.3, h = 1e-5;
    for (const bool one_factor : {false, true}) {
      const shape s{3, 3, 4};
      const auto a = dense<T>(this->ctx(), s, 15);
      const plain y = random_tensor({15, 1, 1}, 5), l = random_tensor({3, 2, 4}, 6),
                  q = one_factor ? l : random_tensor({3, 2, 4}, 7);
      descent<T, space> d(this->ctx(), a, this->put(y),
                          {.form = one_factor ? symmetric : factor_form::asymmetric,
                           .start = descent_start::given,
                           .rule = step_rule::constant,
                           .step_size = mu,
                           .weight_decay = w},
                          this->put(l), one_factor ? tensor<T, space>() : this->put(q));
      d.step();
      const auto loss = [&](const plain& x, const plain& z) {
        return this->loss(a, y, x, z, w, one_factor);
      };
      // along a random direction in both factors
      const plain dl = random_tensor(l.shape, 8), dq = one_factor ? dl : random_tensor(q.shape, 9);
      const double slope =
          (loss(plus(l, h, dl), plus(q, h, dq)) - loss(plus(l, -h, dl), plus(q, -h, dq))) / (2 * h);
      double found = dot(plus(l, -1, this->fetch(d.left())), dl) / mu;
      if (!one_factor) found += dot(plus(q, -1, this->fetch(d.right())), dq) / mu;
      EXPECT_NEAR(found, slope, 1e-6 * std::abs(slope));
    }
  }
}

TYPED_TEST(descent_test, symmetric_gradient_is_recovery) {
  using T = TypeParam;
  for (const std::int64_t columns : {2, 6}) {
    const plain_problem p = random_problem(4, 3, 20, columns, 1, 0.3, 9);
    packed_sensing<T, space> packed(this->ctx(), p.n, p.k, p.m);
    const auto tensors = this->put(p.tensors), y = this->put(p.y), u0 = this->put(p.initial);
    packed.assign(this->ctx(), 0, tensors);
    recovery<T, space> r(this->ctx(), packed, y, u0, 0.1);
    const dense_sensing<T, space> a(this->ctx(), tensors, p.k);
    descent<T, space> d(this->ctx(), a, y,
                        {.form = symmetric,
                         .start = descent_start::given,
                         .rule = step_rule::constant,
                         .step_size = 0.1},
                        u0, {});
    r.steps(30);
    r.evaluate();
    d.steps(30);
    const plain u = this->fetch(r.factor());
    this->expect_ratio("descent, as recovery", distance(u, this->get(d.left())), 30 * norm(u));
    this->expect_ratio("descent, as recovery",
                       distance(this->fetch(r.residual()), this->get(d.residual())),
                       30 * norm(p.y));
  }
}

TYPED_TEST(descent_test, half_steps_solve_their_ridge_regression) {
  using T = TypeParam;
  const shape s{6, 5, 3};
  const double w = 0.1;
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.6, 1);
  const auto p = this->measure(a, 2);
  descent<T, space> d(
      this->ctx(), a, p.y,
      {.method = method::alternating, .factor_rank = 3, .init_scale = 1, .weight_decay = w});
  EXPECT_NEAR(d.step_size(), 1, 1e-5) << "a mask has norm 1";
  d.steps(3);
  const plain q = this->fetch(d.right());
  d.step();
  const plain l = this->fetch(d.left()), q_new = this->fetch(d.right());
  // Z: X = L * Q^T with the seen entries filled in; Q_new minimises |Z - L Q^T|^2 + w |Q|^2
  plain x = tproduct(l, transpose(q));
  const plain y = this->fetch(p.y);
  const auto seen = to_host(this->ctx(), a.indices());
  for (std::size_t i = 0; i < seen.size(); ++i)
    x.values[static_cast<std::size_t>(seen[i])] = y.values[i];
  const plain rest = plus(tproduct(l, transpose(q_new)), -1, x);
  const plain slope = plus(tproduct(transpose(rest), l), w, q_new);
  this->expect_ratio("descent, ridge regression", norm(slope),
                     30 * norm(l) * (norm(x) + norm(q_new)));
}

TYPED_TEST(descent_test, alternating_never_climbs) {
  using T = TypeParam;
  const shape s{7, 5, 4};
  const double w = 0.02;
  const fast_transform_sensing<T, space> a(this->ctx(), s, 80, 2);
  const auto p = this->measure(a, 2);
  descent<T, space> d(
      this->ctx(), a, p.y,
      {.method = method::alternating, .factor_rank = 4, .init_scale = 0.5, .weight_decay = w});
  double last = 1e300;
  for (int t = 0; t < 20; ++t) {
    d.evaluate();
    const plain r = this->fetch(d.residual()), l = this->fetch(d.left()),
                q = this->fetch(d.right());
    const double loss = dot(r, r) / 2 + w * (dot(l, l) + dot(q, q)) / 2;
    EXPECT_LE(loss, last * (1 + 1e3 * this->eps)) << t;
    last = loss;
    d.step();
  }
}

TYPED_TEST(descent_test, bad_calls) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const shape s{5, 4, 3};
  const auto a = entry_mask<T, space>::random(ctx, s, 0.9, 1);
  const auto p = this->measure(a, 1);
  const auto bad = [&](const char* text, descent_options o) {
    expect_error<argument_error>(text, [&] { descent<T, space>(ctx, a, p.y, o); });
  };
  for (const double wrong : {-1.0, double(this->nan), double(this->inf)}) {
    bad("step_size", {.step_size = wrong});
    bad("init_scale", {.init_scale = wrong});
    bad("momentum", {.momentum = wrong});
    bad("weight_decay", {.weight_decay = wrong});
    bad("continuation", {.continuation = wrong});
    bad("continuation_rate", {.continuation_rate = wrong});
    bad("damping", {.damping = wrong});
    bad("held_out", {.held_out = wrong});
    bad("norm", {.norm = wrong});
  }
  bad("momentum", {.momentum = 1});
  bad("held_out", {.held_out = 1});
  bad("held out", {.held_out = 0.999});
  bad("continuation_rate", {.continuation_rate = 1});
  bad("factor_rank", {.factor_rank = 0});
  bad("5 x 4 x 3, but the symmetric form asks for a square one", {.form = symmetric});
  bad("left", {.start = descent_start::given});
  bad("orthogonal", {.along = transform::matrix(3, {1, 2, 0, 0, 1, 0, 0, 0, 1})});
  EXPECT_THROW((descent<T, space>(ctx, a, zeros<T>(ctx, {3, 1, 1}), {})), shape_error);
  EXPECT_THROW((descent<T, space>(ctx, a, this->poisoned(p.y.shape()), {})), nonfinite_error);
  const auto l = this->put(random_tensor({5, 2, 3}, 1)), q = this->put(random_tensor({4, 3, 3}, 1));
  EXPECT_THROW((descent<T, space>(ctx, a, p.y, {.start = descent_start::given}, l, q)),
               shape_error);
  EXPECT_THROW((descent<T, space>(ctx, a, p.y, {}, l, l)), argument_error);
  descent<T, space> d(ctx, a, p.y, {});
  EXPECT_THROW(d.go_back(), argument_error);
  EXPECT_THROW(d.steps(-1), argument_error);
  EXPECT_THROW(d.observe(l), shape_error);
  EXPECT_THROW(run(d, {.held_out_window = 5}), argument_error);
  EXPECT_THROW(run(d, {.record_every = 0}), argument_error);
  ctx.wait();
}

}  // namespace
}  // namespace tubal::test
