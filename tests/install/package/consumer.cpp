// A t-product against its definition, from outside the project.
#include <tubal/error.hpp>
#include <tubal/recovery.hpp>
#include <tubal/tproduct.hpp>
#include <tubal/version.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

int main() {
  const int n1 = 3, p = 2, n2 = 4, k = 5;
  std::vector<double> a(n1 * p * k), b(p * n2 * k);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = std::sin(1.0 + static_cast<double>(i));
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = std::cos(2.0 + static_cast<double>(i));

  tubal::context<tubal::host> ctx;
  const auto ta = tubal::from_host(ctx, {n1, p, k}, a);
  const auto tb = tubal::from_host(ctx, {p, n2, k}, b);
  const auto c = tubal::to_host(ctx, tubal::tproduct(ctx, ta, tb));

  double worst = 0;
  for (int l = 0; l < k; ++l) {
    for (int j = 0; j < n2; ++j) {
      for (int i = 0; i < n1; ++i) {
        double sum = 0;
        for (int q = 0; q < p; ++q) {
          for (int s = 0; s < k; ++s) {
            sum += a[i + n1 * (q + p * s)] * b[q + p * (j + n2 * ((l - s + k) % k))];
          }
        }
        worst = std::fmax(worst, std::fabs(sum - c[i + n1 * (j + n2 * l)]));
      }
    }
  }
  std::printf("tubal %s: largest error %.1e\n", tubal::version, worst);
  try {
    tubal::tproduct(ctx, tb, ta);
  } catch (const tubal::shape_error&) {
    return worst < 1e-13 ? 0 : 1;
  }
  std::puts("a product of tensors that do not fit was not refused");
  return 1;
}
