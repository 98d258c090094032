// Recovers a tensor of low tubal rank from Gaussian measurements, by gradient descent on a factor
// that has many more columns than it needs.
#include <tubal/algebra.hpp>
#include <tubal/problem.hpp>
#include <tubal/run.hpp>

#include <cstdio>

using tubal::measure;

int main() {
  tubal::context<tubal::host> ctx;

  // The unknown T = X * X^T is 10 x 10 x 4 of tubal rank 2; what is known of it is
  // y_i = <A_i, T>, i = 1 .. 254, with random A_i. The descent will start from a random factor with
  // 50 columns and entries of size 1e-7. For measurements of your own, fill a `packed_sensing` with
  // `assign`, and put y and the start into tensors with `from_host`.
  const tubal::synthetic_options sizes{.n = 10,
                                       .k = 4,
                                       .tubal_rank = 2,
                                       .factor_rank = 50,
                                       .measurements = 254,
                                       .init_scale = 1e-7,
                                       .seed = 1};
  const auto problem = tubal::make_synthetic_problem<double>(ctx, sizes);

  // U <- U - mu * gradient, with mu = 0.02.
  tubal::recovery<double, tubal::host> descent(ctx, problem.sensing, problem.measurements,
                                               problem.initial_factor, 2e-2);
  // Looks at the iterates; knows T, so that it can say how far they are from it.
  tubal::monitor<double, tubal::host> watch(descent, problem.ground_truth,
                                            {.tubal_rank = sizes.tubal_rank});

  std::puts("  step   train error   test error");
  const auto result = tubal::run<double, tubal::host>(
      descent, watch, {.iterations = 5000, .record_every = 500}, [](const tubal::record& r) {
        std::printf("%6d   %.3e     %.3e\n", static_cast<int>(r.iteration), r[measure::train_error],
                    r[measure::test_error]);
        return true;  // false would stop the descent
      });

  const auto found = descent.product();  // U * U^T
  std::printf("norm of T: %.6f, of U * U^T: %.6f\n",
              tubal::frobenius_norm(ctx, problem.ground_truth), tubal::frobenius_norm(ctx, found));
  return result.last[measure::test_error] < 1e-2 ? 0 : 1;
}
