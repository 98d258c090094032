// The t-product for those who know NumPy or MATLAB.
//
// NumPy, tensors of shape (k, rows, cols):
//   c = np.fft.irfft(np.fft.rfft(a, axis=0) @ np.fft.rfft(b, axis=0), n=k, axis=0)
// MATLAB, tensors of size [rows cols k]:
//   c = ifft(pagemtimes(fft(a, [], 3), fft(b, [], 3)), [], 3);
#include <tubal/algebra.hpp>
#include <tubal/random.hpp>
#include <tubal/tproduct.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

int main() {
  // A context is where work happens: here the CPU, with as many threads as it has.
  tubal::context<tubal::host> ctx;

  // A is 2 x 3 x 4: four frontal slices, each a column-major 2 x 3 matrix, one after the other.
  // Memory from MATLAB or Julia fits as it is, and so does NumPy's of shape (k, cols, rows) in C
  // order.
  const std::vector<double> values = {1, 2,  3, 4, 5, 6, 0, 1, 0, 0, 1, 0,   // slices 0 and 1
                                      2, -1, 0, 0, 1, 3, 1, 1, 1, 1, 1, 1};  // slices 2 and 3
  auto a = tubal::from_host(ctx, {2, 3, 4}, values);

  // B is 3 x 2 x 4, standard normal; the seed alone decides its numbers.
  auto b = tubal::empty<double>(ctx, {3, 2, 4});
  tubal::fill_normal(ctx, b, 1.0, /*seed=*/7);

  // C = A * B, 2 x 2 x 4.
  auto c = tubal::tproduct(ctx, a, b);
  std::printf("A * B is %s, norm %.6f\n", to_string(c.shape()).c_str(),
              tubal::frobenius_norm(ctx, c));
  const auto numbers = tubal::to_host(ctx, c);
  for (int i = 0; i < 2; ++i) {
    std::printf("  first slice, row %d: %9.5f %9.5f\n", i, numbers[i], numbers[i + 2]);
  }

  // The same product many times: a plan does all allocation once, and `execute` only computes.
  auto plan = tubal::tproduct_plan<double, tubal::host>(ctx, a.shape(), b.shape());
  for (int repeat = 0; repeat < 3; ++repeat) plan.execute(a, b, c);
  ctx.wait();  // reports what went wrong in between, such as a NaN in the data

  // The identity E has the identity matrix as its first slice and zeros elsewhere: A * E = A.
  auto e = tubal::empty<double>(ctx, {3, 3, 4});
  tubal::set_identity(ctx, e);
  const auto same = tubal::to_host(ctx, tubal::tproduct(ctx, a, e));
  double difference = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    difference = std::max(difference, std::abs(same[i] - values[i]));
  }
  std::printf("A * E differs from A by at most %.1e\n", difference);
  return difference < 1e-14 ? 0 : 1;
}
