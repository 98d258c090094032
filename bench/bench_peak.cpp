// What the machine can do, for the per cents in the table.
#include <tubal/context.hpp>

#include <cstring>
#include <thread>

#include "harness.hpp"
#include "peaks.hpp"

extern "C" void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*,
                       const double*, const int*, const double*, const int*, const double*, double*,
                       const int*);

namespace {

using values = std::vector<double>;

/// work(t) on each of `threads` threads.
template <class Work>
void on_all(int threads, const Work& work) {
  std::vector<std::jthread> pool;
  for (int t = 1; t < threads; ++t) pool.emplace_back(work, t);
  work(0);
}

void copy_bandwidth(benchmark::State& state, int threads) {
  const std::size_t size = std::size_t{1} << 25;  // 256 MiB in all
  values from(size, 1.0), to(size);
  const std::size_t share = size / static_cast<std::size_t>(threads);
  for (auto _ : state) {
    on_all(threads, [&](int t) {
      std::memcpy(&to[share * static_cast<std::size_t>(t)],
                  &from[share * static_cast<std::size_t>(t)], share * sizeof(double));
    });
    benchmark::ClobberMemory();
  }
  bench::count(state, 0, 2.0 * sizeof(double) * static_cast<double>(size));
}

void read_bandwidth(benchmark::State& state, int threads) {
  const std::size_t size = std::size_t{1} << 25;
  const values from(size, 1.0);
  const std::size_t share = size / static_cast<std::size_t>(threads);
  for (auto _ : state) {
    on_all(threads, [&](int t) {
      double sums[32] = {};
      const double* x = &from[share * static_cast<std::size_t>(t)];
      for (std::size_t i = 0; i + 32 <= share; i += 32) {
        for (std::size_t j = 0; j < 32; ++j) sums[j] += x[i + j];
      }
      benchmark::DoNotOptimize(sums);
    });
  }
  bench::count(state, 0, sizeof(double) * static_cast<double>(size));
}

void product_rate(benchmark::State& state, int threads) {
  const int n = 768;
  const auto size = static_cast<std::size_t>(n) * n;
  const values a(size, 0.5), b(size, 0.25);
  std::vector<values> c(static_cast<std::size_t>(threads), values(size));
  const double one = 1, zero = 0;
  for (auto _ : state) {
    on_all(threads, [&](int t) {
      dgemm_("N", "N", &n, &n, &n, &one, a.data(), &n, b.data(), &n, &zero,
             c[static_cast<std::size_t>(t)].data(), &n);
    });
  }
  bench::count(state, 2.0 * n * n * n * threads, 0);
}

}  // namespace

void bench::add_peaks(bench::machine<tubal::host>& on) {
  const auto add = [&](const char* name, void (*function)(benchmark::State&, int)) {
    on.choose_clock(benchmark::RegisterBenchmark(name, function, on.threads));
  };
  add("peak copy", copy_bandwidth);
  add("peak read", read_bandwidth);
  add("peak dgemm", product_rate);
}

int main(int argc, char** argv) {
  return bench::main(argc, argv, [](auto& on) { bench::add_peaks(on); });
}
