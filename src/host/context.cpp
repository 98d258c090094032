// Construction and description of the host back end.
#include "host/backend.hpp"
#include "host/kernels/instruction_set.hpp"

// Present in OpenBLAS alone.
extern "C" {
[[gnu::weak]] void openblas_set_num_threads(int);
[[gnu::weak]] int openblas_get_parallel();
[[gnu::weak]] char* openblas_get_config();
[[gnu::weak]] char* openblas_get_corename();
}

namespace tubal::detail {

namespace {
/// An OpenBLAS built without threads shares its buffers: several threads would get wrong results.
bool only_one_thread() { return openblas_get_parallel && openblas_get_parallel() == 0; }
}  // namespace

backend<host>::backend(const host::options& options)
    : threads_(only_one_thread() ? 1 : options.threads) {
  if (openblas_set_num_threads) openblas_set_num_threads(1);
}

std::map<std::string, std::string> backend<host>::description() const {
  std::map<std::string, std::string> d;
  d["device"] = "host";
  d["threads"] = std::to_string(threads_.size());
  d["blas"] = openblas_get_config ? openblas_get_config() : "BLAS";
  if (openblas_get_corename) d["blas_kernel"] = openblas_get_corename();
#ifdef TUBAL_HAS_FFTW
  d["tube_transform"] = "FFTW";
#else
  d["tube_transform"] = "DFT";
#endif
  d["kernels"] = name(best_instruction_set());
  return d;
}

}  // namespace tubal::detail
