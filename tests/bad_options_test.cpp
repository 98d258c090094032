// Options that sensing, recovery, runs and synthetic problems do not take.
#include "bad_calls.hpp"

namespace tubal::test {
namespace {

template <class T>
class bad_options_test : public bad_calls<T> {};
TYPED_TEST_SUITE(bad_options_test, precisions);

TYPED_TEST(bad_options_test, of_sensing) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  constexpr std::int64_t far = std::int64_t{1} << 40;
  const auto bad = [&](const auto&... arguments) { this->bad(arguments...); };
  for (const std::int64_t wrong : {std::int64_t{-1}, far})
    bad("sensing n", "X is", [&] { packed_sensing<T, space>(ctx, wrong, 4, 5); });
  for (const std::int64_t wrong : {std::int64_t{-1}, std::int64_t{0}, far}) {
    bad("sensing k", "X is", [&] { packed_sensing<T, space>(ctx, 3, wrong, 5); });
    bad("sensing m", "m is", [&] { packed_sensing<T, space>(ctx, 3, 4, wrong); });
    bad("gaussian m", "m is", [&] { packed_sensing<T, space>::gaussian(ctx, 3, 4, wrong, 1); });
  }
  auto op = packed_sensing<T, space>::gaussian(ctx, 3, 4, 5, 1);
  const auto two = this->put(random_tensor({3, 3, 8}, 1));
  for (const std::int64_t first : {-1, 4, 5, 100})
    bad("assign first", "first is", [&] { op.assign(ctx, first, two); });
  const auto many = this->put(random_tensor({3, 3, 24}, 1));
  bad("assign too many", "tensors is 3 x 3 x 24", [&] { op.assign(ctx, 0, many); });
  for (const std::int64_t tube : {1, 3, 5, 9})
    bad(
        "assign tube", "tensors is",
        [&] {
          op.assign(ctx, 0, tensor_view<T, space>(two.data(), {2, 2, tube}));
        },
        fault_kind::shape);
  for (const std::int64_t k : {-1, 0}) bad("plain k", "k is", [&] { dense_sensing(ctx, two, k); });
  for (const std::int64_t k : {3, 5, 16})
    bad(
        "plain k", "3 x 3 x 8", [&] { dense_sensing(ctx, two, k); }, fault_kind::shape);
}

TYPED_TEST(bad_options_test, of_recovery) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const auto bad = [&](const auto&... arguments) { this->bad(arguments...); };
  auto op = packed_sensing<T, space>::gaussian(ctx, 3, 4, 5, 1);
  const auto y = this->put(random_tensor({5, 1, 1}, 1)),
             u0 = this->put(random_tensor({3, 2, 4}, 2));
  for (const double step : {0.0, -1.0, double(this->nan), double(this->inf)})
    bad("recovery", "step_size", [&] { recovery(ctx, op, y, u0, step); });
  bad("recovery", "nothing to recover", [&] {
    recovery(ctx, op, zeros<T>(ctx, {5, 1, 1}), u0, 1e-3);
  });
  bad("recovery", "R (columns of initial)", [&] {
    recovery(ctx, op, y, empty<T>(ctx, {3, 0, 4}), 1e-3);
  });
  recovery descent(ctx, op, y, u0, 1e-3);
  for (const std::int64_t r : {-1, 0, 4})
    bad("monitor", "tubal_rank", [&] { monitor(descent, {}, {.tubal_rank = r}); });
  for (const double tolerance : {-1.0, double(this->nan), double(this->inf)})
    bad("monitor", "rank_tolerance",
        [&] { monitor(descent, {}, {.tubal_rank = {}, .rank_tolerance = tolerance}); });
  bad("monitor", "all zero", [&] { monitor(descent, zeros<T>(ctx, {3, 3, 4}), {}); });
  bad("monitor", "not t-symmetric", [&] {
    monitor(descent, this->put(random_tensor({3, 3, 4}, 3)), {});
  });
  monitor watch(descent, {}, {});
  const auto bad_run = [&](const char* field, auto run_options::*member, auto value) {
    run_options o;
    o.*member = value;
    bad("run", field, [&] { run(descent, watch, o); });
  };
  bad_run("iterations", &run_options::iterations, std::int64_t{-1});
  bad_run("record_every", &run_options::record_every, std::int64_t{0});
  bad_run("record_every", &run_options::record_every, std::int64_t{-5});
  bad_run("progress_window", &run_options::progress_window, std::int64_t{-1});
  for (const double value : {-1.0, double(this->nan), double(this->inf)}) {
    bad_run("train_tolerance", &run_options::train_tolerance, value);
    bad_run("progress_tolerance", &run_options::progress_tolerance, value);
  }
  EXPECT_EQ(descent.iteration(), 0);
  descent.step();
  bad("monitor", "iteration 1", [&] { monitor(descent, {}, {}); });
}

TYPED_TEST(bad_options_test, of_problems) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  constexpr std::int64_t far = std::int64_t{1} << 40;
  const auto bad = [&](const auto&... arguments) { this->bad(arguments...); };
  const auto bad_problem = [&](const char* field, auto synthetic_options::*member, auto value) {
    synthetic_options o;
    o.*member = value;
    bad("problem", field, [&] { make_synthetic_problem<T>(ctx, o); });
  };
  for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{0}, far}) {
    bad_problem("n is", &synthetic_options::n, value);
    bad_problem("k is", &synthetic_options::k, value);
    bad_problem("tubal_rank", &synthetic_options::tubal_rank, value);
    bad_problem("factor_rank", &synthetic_options::factor_rank, value);
    bad_problem("measurements", &synthetic_options::measurements, value);
  }
  bad_problem("tubal_rank", &synthetic_options::tubal_rank, std::int64_t{11});
  for (const double value : {-1.0, double(this->nan), double(this->inf)}) {
    bad_problem("init_scale", &synthetic_options::init_scale, value);
    bad_problem("noise", &synthetic_options::noise, value);
  }
  bad_problem("init_scale", &synthetic_options::init_scale, 0.0);
  for (const double value : {-1.0, 0.0, 0.5, double(this->nan), double(this->inf)})
    bad_problem("condition", &synthetic_options::condition, value);
  for (const std::vector<std::int64_t>& ranks : {std::vector<std::int64_t>{2, 2, 2},
                                                 {2, 2, 2, 1},
                                                 {3, 2, 2, 2},
                                                 {2, -1, 2, -1},
                                                 {1, 1, 1, 1}})
    bad_problem("multi_rank", &synthetic_options::multi_rank, ranks);
  bad("problem", "tubal_rank = 1",
      [&] { make_synthetic_problem<T>(ctx, {.tubal_rank = 1, .condition = 2}); });
  bad("problem", "orthonormal",
      [&] { make_synthetic_problem<T>(ctx, {.factor = truth_factor::gaussian, .condition = 2}); });
}

}  // namespace
}  // namespace tubal::test
