// Sizes and options that tensors and plans of the algebra do not take.
#include "bad_calls.hpp"

namespace tubal::test {
namespace {

template <class T>
class bad_sizes_test : public bad_calls<T> {};
TYPED_TEST_SUITE(bad_sizes_test, precisions);

TYPED_TEST(bad_sizes_test, of_plans) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const auto bad = [&](const auto&... arguments) { this->bad(arguments...); };
  for (const shape& s : TestFixture::impossible_shapes({3, 2, 4})) {
    bad("tensor", to_string(s), [&] { empty<T>(ctx, s); });
    bad("zeros", to_string(s), [&] { zeros<T>(ctx, s); });
    bad("from_host", to_string(s), [&] { from_host(ctx, s, std::vector<T>(24)); });
    bad("half_spectrum", to_string(s), [&] { half_spectrum<T, space>(ctx, s); });
    bad("tube_transform", to_string(s), [&] { tube_transform<T, space>(ctx, s); });
    bad("gram_plan", to_string(s), [&] { gram_plan<T, space>(ctx, s); });
    bad("tproduct_plan a", to_string(s), [&] { tproduct_plan<T, space>(ctx, s, {2, 3, 4}); });
    bad("svd_plan", to_string(s), [&] { svd_plan<T, space>(ctx, s); });
    bad("qr_plan", to_string(s), [&] { qr_plan<T, space>(ctx, s); });
    bad("lq_plan", to_string(s), [&] { lq_plan<T, space>(ctx, s); });
    bad("eigen_plan", to_string(s), [&] { eigen_plan<T, space>(ctx, s); });
    bad("cholesky_plan", to_string(s), [&] { cholesky_plan<T, space>(ctx, s); });
    bad("lu_plan", to_string(s), [&] { lu_plan<T, space>(ctx, s); });
    bad("inverse_plan", to_string(s), [&] { inverse_plan<T, space>(ctx, s); });
    bad("solve_plan", to_string(s), [&] { solve_plan<T, space>(ctx, s, s); });
    bad("polar_plan", to_string(s), [&] { polar_plan<T, space>(ctx, s); });
    bad("tproduct_plan b", to_string(s), [&] { tproduct_plan<T, space>(ctx, {3, 3, 4}, s); });
  }
  for (const shape& s : {shape{3, 3, 4}, shape{1, 3, 4}, shape{2, 3, 3}, shape{2, 3, 5}})
    bad(
        "tproduct_plan b", to_string(s),
        [&] {
          tproduct_plan<T, space>(ctx, {3, 2, 4}, s);
        },
        fault_kind::shape);
  const shape wide{3, 4, 2};
  const auto not_square = [&](const char* what, const std::function<void()>& call) {
    bad(what, "3 x 4 x 2", call, fault_kind::shape);
  };
  not_square("eigen_plan", [&] { eigen_plan<T, space>(ctx, wide); });
  not_square("cholesky_plan", [&] { cholesky_plan<T, space>(ctx, wide); });
  not_square("inverse_plan", [&] { inverse_plan<T, space>(ctx, wide); });
  not_square("solve_plan", [&] { solve_plan<T, space>(ctx, wide, wide); });
  not_square("power_plan", [&] { power_plan<T, space>(ctx, wide, 2); });
  not_square("projection_plan", [&] { projection_plan<T, space>(ctx, wide, wide); });
  bad("svd rank", "rank is 4", [&] { svd_plan<T, space>(ctx, wide, {.rank = 4}); });
  bad("power", "exponent is -1", [&] { power_plan<T, space>(ctx, {2, 2, 2}, -1); });
  bad(
      "solve_plan b", "4 x 1 x 2",
      [&] {
        solve_plan<T, space>(ctx, {3, 3, 2}, {4, 1, 2});
      },
      fault_kind::shape);
  bad(
      "least_squares_plan b", "3 x 1 x 3",
      [&] {
        least_squares_plan<T, space>(ctx, {3, 2, 2}, {3, 1, 3});
      },
      fault_kind::shape);
  bad("haar", "", [&] { svd_plan<T, space>(ctx, {2, 2, 6}, {.along = transform::haar()}); });
}

TYPED_TEST(bad_sizes_test, of_transfers) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const auto bad = [&](const auto&... arguments) { this->bad(arguments...); };
  bad(
      "from_host", "23 numbers",
      [&] {
        from_host(ctx, {3, 2, 4}, std::vector<T>(23));
      },
      fault_kind::shape);
  bad("from_host", "null", [&] { from_host(ctx, {3, 2, 4}, static_cast<const T*>(nullptr)); });
  const auto x = this->put(random_tensor({3, 2, 4}, 1));
  bad("to_host", "values (3 x 2 x 4)", [&] { to_host(ctx, x, static_cast<T*>(nullptr)); });
  for (const shape& s : TestFixture::impossible_shapes({3, 2, 4}))
    bad("to_host", to_string(s), [&] { to_host(ctx, tensor_view<T, space>(x.data(), s)); });
}

TYPED_TEST(bad_sizes_test, of_packed_coordinates) {
  constexpr std::int64_t far = std::int64_t{1} << 40;
  const auto bad = [&](const auto&... arguments) { this->bad(arguments...); };
  for (const std::int64_t n : {std::int64_t{-1}, far})
    bad("n", "", [&] { symmetric_dimension(n, 3); });
  for (const std::int64_t k : {std::int64_t{-1}, std::int64_t{0}, far})
    bad("k", "", [&] { symmetric_dimension(3, k); });
  for (const std::int64_t r : {-1, 4})
    bad("r", "r is", [&] { symmetric_degrees_of_freedom(3, 2, r); });
}

TYPED_TEST(bad_sizes_test, scales_of_random_numbers) {
  auto& ctx = this->ctx();
  const auto bad = [&](const auto&... arguments) { this->bad(arguments...); };
  const auto x = this->put(random_tensor({3, 2, 4}, 1));
  auto fresh = this->put(random_tensor({3, 2, 4}, 1));
  for (const double scale : {-1.0, double(this->nan), double(this->inf)}) {
    bad("fill_normal", "scale", [&] { fill_normal(ctx, fresh, scale, 1); });
    bad("fill_uniform", "scale", [&] { fill_uniform(ctx, fresh, scale, 1); });
  }
  EXPECT_EQ(this->get(fresh), this->get(x));
}

}  // namespace
}  // namespace tubal::test
