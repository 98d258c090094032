// Time and memory of descents at scale, one case a process:
//   bench_descent OPERATOR N1xN2xK R SHARE PRECISION STEPS
// with OPERATOR mask, fast (randomised fast transform) or generated, SHARE = m / (N1 N2 K) and
// PRECISION float or double. Truth: tubal rank min(R, 5). Prints: operator, n1, n2, k, R, share,
// precision, seconds a step (the quickest of STEPS), peak resident MiB, train error at the start
// and at the end. Fails unless the error falls.
#include <sys/resource.h>
#include <tubal/tubal.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>

namespace {

using namespace tubal;

struct request {
  std::string kind, precision, method;
  shape domain;
  std::int64_t factor_rank, steps;
  double share;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

template <class T>
std::unique_ptr<sensing_operator<T, host>> make_operator(context<host>& ctx, const request& r) {
  const std::int64_t m =
      std::max<std::int64_t>(1, std::llround(r.share * static_cast<double>(r.domain.size())));
  if (r.kind == "mask")
    return std::make_unique<entry_mask<T, host>>(
        entry_mask<T, host>::random(ctx, r.domain, r.share, 1));
  if (r.kind == "fast")
    return std::make_unique<fast_transform_sensing<T, host>>(ctx, r.domain, m, 1);
  return std::make_unique<generated_sensing<T, host>>(ctx, r.domain, m, ensemble_law::gaussian, 1);
}

/// y = A(L * Q^T), of tubal rank min(R, 5) and norm near 1
template <class T>
tensor<T, host> measurements_of(context<host>& ctx, const sensing_operator<T, host>& a,
                                std::int64_t factor_rank) {
  const shape s = a.domain();
  const std::int64_t rank = std::min<std::int64_t>(factor_rank, 5);
  tensor<T, host> l(ctx, {s.rows, rank, s.tube}), q(ctx, {s.cols, rank, s.tube});
  const double scale = std::pow(static_cast<double>(s.size()), -0.25);
  fill_normal<T, host>(ctx, l, scale, 1);
  fill_normal<T, host>(ctx, q, scale, 2);
  const auto x = tproduct(ctx, l, q, {.op_b = op::transpose});
  tensor<T, host> y(ctx, {a.measurements(), 1, 1});
  a.apply(ctx, x, y);
  ctx.wait();
  return y;
}

template <class T>
int measure_steps(const request& r) {
  context<host> ctx;
  const auto a = make_operator<T>(ctx, r);
  const tensor<T, host> y = measurements_of<T>(ctx, *a, r.factor_rank);
  descent_options o;
  const bool alternating = r.method == "alternating";
  o.method = alternating ? descent_method::alternating : descent_method::gradient;
  o.factor_rank = r.factor_rank;
  o.init_scale = 0.1;
  if (r.kind != "generated") o.norm = r.kind == "mask" ? 1 : std::sqrt(1 / r.share);
  descent<T, host> d(ctx, *a, y, o);
  const double before = d.observe()[measure::train_error];
  double quickest = std::numeric_limits<double>::infinity(), least = quickest;
  for (std::int64_t i = 0; i < r.steps; ++i) {
    const double used = processor_seconds();
    const auto start = std::chrono::steady_clock::now();
    d.steps(1);
    quickest = std::min(quickest, seconds_since(start));
    least = std::min(least, processor_seconds() - used);
  }
  const double after = d.observe()[measure::train_error];
  ctx.wait();
  std::printf("%s %lld %lld %lld %lld %g %s %s %.4g %.4g %.0f %.3g %.3g\n", r.kind.c_str(),
              static_cast<long long>(r.domain.rows), static_cast<long long>(r.domain.cols),
              static_cast<long long>(r.domain.tube), static_cast<long long>(r.factor_rank), r.share,
              r.precision.c_str(), r.method.c_str(), quickest, least, peak_mebibytes(), before,
              after);
  return after < before ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  request r;
  long long n1 = 0, n2 = 0, k = 0;
  if (argc != 8 || std::sscanf(argv[2], "%lldx%lldx%lld", &n1, &n2, &k) != 3) {
    std::fputs(
        "usage: bench_descent mask|fast|generated N1xN2xK R SHARE float|double "
        "gradient|alternating STEPS\n",
        stderr);
    return 2;
  }
  r.kind = argv[1];
  r.domain = {n1, n2, k};
  r.factor_rank = std::atoll(argv[3]);
  r.share = std::atof(argv[4]);
  r.precision = argv[5];
  r.method = argv[6];
  r.steps = std::atoll(argv[7]);
  try {
    return r.precision == "float" ? measure_steps<float>(r) : measure_steps<double>(r);
  } catch (const error& e) {
    std::fprintf(stderr, "bench_descent: %s\n", e.what());
    return 1;
  }
}
