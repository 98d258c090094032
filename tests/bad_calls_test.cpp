// Every argument of every operation wrong in turn.
#include "bad_calls.hpp"

namespace tubal::test {
namespace {

template <class T>
class bad_calls_test : public bad_calls<T> {};
TYPED_TEST_SUITE(bad_calls_test, precisions);

TYPED_TEST(bad_calls_test, every_operation) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const std::int64_t n = 3, k = 4, m = 5, dimension = symmetric_dimension(n, k);
  const shape a{3, 2, k}, b{2, 5, k}, c{3, 5, k}, square{n, n, k};
  const shape packed{dimension, 1, 1}, data{m, 1, 1}, tensors{n, n, k * m};
  const auto view = [](const auto& x) { return TestFixture::spectrum(x); };

  tproduct_plan<T, space> product(ctx, a, b);
  gram_plan<T, space> gram_of(ctx, a);
  tube_transform<T, space> transform(ctx, a);
  auto op = packed_sensing<T, space>::gaussian(ctx, n, k, m, 1);
  const auto before = this->get(op.matrix());
  const auto stored = this->put(random_tensor(tensors, 1));
  const dense_sensing plain_op(ctx, stored, k);
  const auto y = this->put(random_tensor(data, 2)), u0 = this->put(random_tensor(a, 3));
  recovery descent(ctx, op, y, u0, 1e-3);
  std::vector<T> values(1000);
  const shape full{n, n, k}, q_shape{2, 2, k};
  svd_plan<T, space> svd_of(ctx, a);
  randomized_svd_plan<T, space> sketch(ctx, a, 2);
  qr_plan<T, space> qr_of(ctx, a);
  lq_plan<T, space> lq_of(ctx, a);
  eigen_plan<T, space> eigen_of(ctx, full);
  symmetric_function_plan<T, space> exponential_of(ctx, full, symmetric_function::exponential);
  cholesky_plan<T, space> cholesky_of(ctx, full);
  lu_plan<T, space> lu_of(ctx, a);
  solve_plan<T, space> solver(ctx, full, a);
  inverse_plan<T, space> inverse_of(ctx, full);
  pseudo_inverse_plan<T, space> pseudo(ctx, a);
  least_squares_plan<T, space> least(ctx, a, full);
  polar_plan<T, space> polar_of(ctx, a);
  power_plan<T, space> power_of(ctx, full, 3);
  projection_plan<T, space> projection(ctx, a, full);
  shrink_plan<T, space> shrinking(ctx, a, shrinkage::soft_threshold);

  const std::vector<operation<T>> operations = {
      {"svd_plan",
       {{"a", a}, {"u", a, true}, {"s", q_shape, true}, {"v", q_shape, true}},
       [&](const auto& x) { svd_of.execute(x[0], x[1], x[2], x[3]); }},
      {"randomized_svd_plan",
       {{"a", a}, {"u", a, true}, {"s", q_shape, true}, {"v", q_shape, true}},
       [&](const auto& x) { sketch.execute(x[0], x[1], x[2], x[3]); }},
      {"qr_plan",
       {{"a", a}, {"q", a, true}, {"r", q_shape, true}},
       [&](const auto& x) { qr_of.execute(x[0], x[1], x[2]); }},
      {"lq_plan",
       {{"a", a}, {"l", a, true}, {"q", q_shape, true}},
       [&](const auto& x) { lq_of.execute(x[0], x[1], x[2]); }},
      {"eigen_plan",
       {{"a", full}, {"v", full, true}, {"d", full, true}},
       [&](const auto& x) { eigen_of.execute(x[0], x[1], x[2]); }},
      {"symmetric_function_plan",
       {{"a", full}, {"c", full, true}},
       [&](const auto& x) { exponential_of.execute(x[0], x[1]); }},
      {"cholesky_plan",
       {{"a", full}, {"l", full, true}},
       [&](const auto& x) { cholesky_of.execute(x[0], x[1]); }},
      {"lu_plan",
       {{"a", a}, {"p", full, true}, {"l", a, true}, {"u", q_shape, true}},
       [&](const auto& x) { lu_of.execute(x[0], x[1], x[2], x[3]); }},
      {"solve_plan",
       {{"a", full}, {"b", a}, {"x", a, true}},
       [&](const auto& x) { solver.execute(x[0], x[1], x[2]); }},
      {"inverse_plan",
       {{"a", full}, {"x", full, true}},
       [&](const auto& x) { inverse_of.execute(x[0], x[1]); }},
      {"pseudo_inverse_plan",
       {{"a", a}, {"x", {2, 3, k}, true}},
       [&](const auto& x) { pseudo.execute(x[0], x[1]); }},
      {"least_squares_plan",
       {{"a", a}, {"b", full}, {"x", {2, 3, k}, true}},
       [&](const auto& x) { least.execute(x[0], x[1], x[2]); }},
      {"polar_plan",
       {{"a", a}, {"w", a, true}, {"h", q_shape, true}},
       [&](const auto& x) { polar_of.execute(x[0], x[1], x[2]); }},
      {"power_plan",
       {{"a", full}, {"c", full, true}},
       [&](const auto& x) { power_of.execute(x[0], x[1]); }},
      {"projection_plan",
       {{"a", a}, {"x", full}, {"projected", full, true}},
       [&](const auto& x) { projection.execute(x[0], x[1], x[2]); }},
      {"shrink_plan",
       {{"a", a}, {"c", a, true}},
       [&](const auto& x) { shrinking.execute(x[0], x[1], 0.5); }},
      {"facewise_product",
       {{"a", a}, {"b", b}, {"c", c, true}},
       [&](const auto& x) { facewise_product(ctx, x[0], x[1], x[2]); }},
      {"bcirc",
       {{"a", a}, {"c", {3 * k, 2 * k, 1}, true}},
       [&](const auto& x) { bcirc(ctx, x[0], x[1]); }},
      {"unfold",
       {{"a", a}, {"c", {3 * k, 2, 1}, true}},
       [&](const auto& x) { unfold(ctx, x[0], x[1]); }},
      {"fold",
       {{"a", {3 * k, 2, 1}}, {"c", a, true}},
       [&](const auto& x) { fold(ctx, x[0], x[1]); }},
      {"singular_values_of",
       {{"a", a, false, "RCK"}},
       [&](const auto& x) { singular_values_of(ctx, x[0]); }},
      {"singular_tubes",
       {{"a", a, false, "RCK"}},
       [&](const auto& x) { singular_tubes(ctx, x[0]); }},
      {"truncated_svd",
       {{"a", a, false, "RCK"}},
       [&](const auto& x) { truncated_svd(ctx, x[0], truncation::numerical_rank()); }},
      {"tproduct_plan",
       {{"a", a}, {"b", b}, {"c", c, true}},
       [&](const auto& x) { product.execute(x[0], x[1], x[2]); }},
      {"tproduct into",
       {{"a", a}, {"b", b}, {"c", c, true}},
       [&](const auto& x) { tproduct(ctx, x[0], x[1], x[2]); }},
      {"tproduct",
       {{"a", a, false, "R"}, {"b", b, false, "C"}},
       [&](const auto& x) { tproduct(ctx, x[0], x[1]); }},
      {"gram_plan",
       {{"u", a}, {"x", square, true}},
       [&](const auto& x) { gram_of.execute(x[0], x[1]); }},
      {"gram", {{"u", a, false, "RCK"}}, [&](const auto& x) { gram(ctx, x[0]); }},
      {"transpose",
       {{"a", a}, {"c", {2, 3, k}, true}},
       [&](const auto& x) { transpose(ctx, x[0], x[1]); }},
      {"set_identity", {{"e", square, true, "K"}}, [&](const auto& x) { set_identity(ctx, x[0]); }},
      {"inner_product",
       {{"a", a}, {"b", a}},
       [&](const auto& x) { inner_product(ctx, x[0], x[1]); }},
      {"frobenius_norm",
       {{"a", a, false, "RCK"}},
       [&](const auto& x) { frobenius_norm(ctx, x[0]); }},
      {"copy", {{"from", a}, {"to", a, true}}, [&](const auto& x) { copy(ctx, x[0], x[1]); }},
      {"to_host",
       {{"x", a, false, "RCK"}},
       [&](const auto& x) { to_host(ctx, x[0], values.data()); }},
      {"fill_normal",
       {{"x", a, true, "RCK"}},
       [&](const auto& x) { fill_normal(ctx, x[0], 1, 1); }},
      {"fill_uniform",
       {{"x", a, true, "RCK"}},
       [&](const auto& x) { fill_uniform(ctx, x[0], 1, 1); }},
      {"forward",
       {{"x", a}, {"spectrum", a, true}},
       [&](const auto& x) { transform.forward(x[0], view(x[1])); }},
      {"inverse",
       {{"spectrum", a}, {"x", a, true}},
       [&](const auto& x) { transform.inverse(view(x[0]), x[1]); }},
      {"pack_symmetric",
       {{"spectrum", square}, {"packed", packed, true}},
       [&](const auto& x) { pack_symmetric(ctx, view(x[0]), x[1]); }},
      {"unpack_symmetric",
       {{"packed", packed}, {"spectrum", square, true}},
       [&](const auto& x) { unpack_symmetric(ctx, x[0], view(x[1])); }},
      {"packed apply",
       {{"x", packed}, {"y", data, true}},
       [&](const auto& x) { op.apply(ctx, x[0], x[1]); }},
      {"packed adjoint",
       {{"y", data}, {"x", packed, true}},
       [&](const auto& x) { op.adjoint(ctx, x[0], x[1]); }},
      {"assign",
       {{"tensors", {n, n, k}, false, "K"}},
       [&](const auto& x) { op.assign(ctx, 0, x[0]); }},
      {"plain apply",
       {{"x", square}, {"y", data, true}},
       [&](const auto& x) { plain_op.apply(ctx, x[0], x[1]); }},
      {"plain adjoint",
       {{"y", data}, {"x", square, true}},
       [&](const auto& x) { plain_op.adjoint(ctx, x[0], x[1]); }},
      {"dense_sensing",
       {{"tensors", {n, n, 1 * k}, false, "RCK"}},
       [&](const auto& x) { dense_sensing(ctx, x[0], k); }},
      {"recovery",
       {{"y", data}, {"initial", a, false, "C"}},
       [&](const auto& x) { recovery(ctx, op, x[0], x[1], 1e-3); }},
      {"monitor", {{"truth", square}}, [&](const auto& x) { monitor(descent, x[0], {}); }}};
  for (const operation<T>& one : operations) this->try_everything(one);
  std::printf("%d bad calls\n", this->calls);
  EXPECT_GE(this->calls, 300);

  // Nothing has stuck: the operators are as they were and good calls work.
  EXPECT_EQ(this->get(op.matrix()), before);
  const plain one = random_tensor(a, 1), two = random_tensor(b, 2);
  auto out = this->poisoned(c);
  product.execute(this->put(one), this->put(two), out);
  ctx.wait();
  this->expect_ratio("t-product", distance(tproduct(one, two), this->get(out)),
                     norm(one) * norm(two));
}

}  // namespace
}  // namespace tubal::test
