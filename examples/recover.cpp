// Recovers a tensor of low tubal rank from Gaussian measurements, by gradient descent on a factor
// that has many more columns than it needs.
#include <tubal/algebra.hpp>
#include <tubal/gram.hpp>
#include <tubal/random.hpp>
#include <tubal/run.hpp>

#include <cmath>
#include <cstdio>

using tubal::host;

int main() {
  const std::int64_t n = 10, k = 4;  // T is n x n x k
  const std::int64_t rank = 2;       // its tubal rank
  const std::int64_t columns = 50;   // columns of the factor U that is sought
  const std::int64_t m = 254;        // measurements
  const double alpha = 1e-7;         // scale of the random start
  const double step_size = 2e-2;     // mu
  const std::uint64_t seed = 1;

  tubal::context<host> ctx;

  // The unknown: T = X * X^T. With this scale its largest singular value is about 1.
  auto x = tubal::empty<double>(ctx, {n, rank, k});
  const double scale =
      1 / (std::sqrt(double(k)) * (std::sqrt(double(n)) + std::sqrt(double(rank))));
  tubal::fill_normal(ctx, x, scale, seed, tubal::random_stream::ground_truth);
  const auto truth = tubal::gram(ctx, x);

  // What is known: y_i = <A_i, T>, i = 1 .. m. T is symmetric, so it has few coordinates of its
  // own: pack() takes it to a vector t, and the measurements are y = A t with a matrix A.
  const auto sensing = tubal::packed_sensing<double, host>::gaussian(ctx, n, k, m, seed);
  tubal::tube_transform<double, host> transform(ctx, truth.shape());
  tubal::half_spectrum<double, host> spectrum(ctx, truth.shape());
  auto t = tubal::empty<double>(ctx, {sensing.dimension(), 1, 1});
  auto y = tubal::empty<double>(ctx, {m, 1, 1});
  transform.forward(truth, spectrum);
  tubal::pack_symmetric<double, host>(ctx, spectrum, t);
  sensing.apply(ctx, t, y);

  // The start: U_0 = alpha G, G standard normal over sqrt(columns).
  auto u0 = tubal::empty<double>(ctx, {n, columns, k});
  tubal::fill_normal(ctx, u0, alpha / std::sqrt(double(columns)), seed,
                     tubal::random_stream::initial_factor);

  // Descend, and look every 500 steps.
  tubal::recovery<double, host> descent(ctx, sensing, y, u0, step_size);
  tubal::monitor<double, host> watch(descent, truth, {.tubal_rank = rank});
  std::printf("%lld measurements of a tensor with %lld degrees of freedom among %lld\n",
              static_cast<long long>(m),
              static_cast<long long>(tubal::symmetric_degrees_of_freedom(n, k, rank)),
              static_cast<long long>(sensing.dimension()));
  std::puts("step    train error   test error");
  const auto result = tubal::run<double, host>(
      descent, watch, {.iterations = 5000, .record_every = 500}, [](const tubal::record& r) {
        std::printf("%4lld    %.3e     %.3e\n", static_cast<long long>(r.iteration),
                    r[tubal::measure::train_error], r[tubal::measure::test_error]);
        return true;  // go on
      });

  const auto found = descent.product();  // U * U^T, n x n x k
  std::printf("norm of T %.6f, of what was found %.6f\n", tubal::frobenius_norm(ctx, truth),
              tubal::frobenius_norm(ctx, found));
  return result.last[tubal::measure::test_error] < 1e-2 ? 0 : 1;
}
