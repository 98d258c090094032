// What a GPU can do: a copy on the device, cuBLAS reading a matrix once, cuBLAS multiplying
// matrices.
#include <tubal/random.hpp>

#include <cublas_v2.h>

#include "harness.hpp"
#include "peaks.hpp"

namespace {

using on_device = bench::machine<tubal::cuda>;

void check(cublasStatus_t status) {
  if (status != CUBLAS_STATUS_SUCCESS) throw tubal::backend_error(cublasGetStatusName(status));
}

struct peak {
  peak(on_device& machine, std::int64_t side)
      : on(machine), n(static_cast<int>(side)), a(on.ctx, {side, side, 1}), b(on.ctx, a.shape()) {
    fill_normal(on.ctx, a, 1.0, 1);
    fill_normal(on.ctx, b, 1.0, 2);
    check(cublasCreate(&blas));
    check(cublasSetStream(blas, on.stream.get));
  }
  ~peak() { cublasDestroy(blas); }
  double error() const { return 0; }
  double bound() const { return 0; }
  double bytes() const { return sizeof(double) * static_cast<double>(a.size()); }

  static constexpr bool capturable = false;
  on_device& on;
  int n;
  tubal::tensor<double, tubal::cuda> a, b;
  cublasHandle_t blas = nullptr;
  double one = 1, zero = 0;
};

struct copying : peak {
  using peak::peak;
  void time(benchmark::State& state) {
    on.time(state, [&] { tubal::copy<double, tubal::cuda>(on.ctx, a, b); });
    bench::count(state, 0, 2 * bytes());
  }
};

struct reading : peak {
  using peak::peak;
  void time(benchmark::State& state) {
    on.time(state, [&] {
      check(cublasDgemv(blas, CUBLAS_OP_T, n, n, &one, a.data(), n, b.data(), 1, &zero,
                        b.data() + n, 1));
    });
    bench::count(state, 0, bytes());
  }
};

struct multiplying : peak {
  multiplying(on_device& machine, std::int64_t side) : peak(machine, side), c(on.ctx, a.shape()) {}
  void time(benchmark::State& state) {
    on.time(state, [&] {
      check(cublasDgemm(blas, CUBLAS_OP_N, CUBLAS_OP_N, n, n, n, &one, a.data(), n, b.data(), n,
                        &zero, c.data(), n));
    });
    bench::count(state, 2.0 * n * n * n, 0);
  }
  tubal::tensor<double, tubal::cuda> c;
};

}  // namespace

void bench::add_peaks(bench::machine<tubal::cuda>& on) {
  bench::add<copying>("peak copy", on, 16384);  // 2 GiB each
  bench::add<reading>("peak read", on, 16384);
  bench::add<multiplying>("peak dgemm", on, 8192);
}
