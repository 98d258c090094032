// The cuFFT entry points that src/cuda uses: sums as in the definition.
#include <cufft.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>

#include "machine.hpp"

using namespace stand_in;

namespace {

struct fft_plan {
  int device = 0;
  cudaStream_t stream = nullptr;
  bool own_work_area = true;
  void* work_area = nullptr;
  std::size_t work_bytes = 0;
  cufftType type{};
  std::int64_t length = 0, in_step = 0, in_gap = 0, out_step = 0, out_gap = 0, batch = 0;
};

std::map<cufftHandle, fft_plan>& plans() {
  static auto* all = new std::map<cufftHandle, fft_plan>;
  return *all;
}

/// Bytes between the first and the last entry of `batch` runs of `size` entries.
template <class E>
std::size_t span(std::int64_t size, std::int64_t step, std::int64_t gap, std::int64_t batch) {
  return static_cast<std::size_t>((size - 1) * step + (batch - 1) * gap + 1) * sizeof(E);
}

template <class In, class Out>
cufftResult check_run(const char* who, cufftHandle handle, cufftType type, const In* in,
                      const Out* out, std::int64_t in_size, std::int64_t out_size) {
  const fft_plan& p = plans().at(handle);
  const auto a = reinterpret_cast<std::uintptr_t>(in), b = reinterpret_cast<std::uintptr_t>(out);
  const std::size_t in_bytes = span<In>(in_size, p.in_step, p.in_gap, p.batch);
  const std::size_t out_bytes = span<Out>(out_size, p.out_step, p.out_gap, p.batch);
  // "input and output data pointers must be aligned to the complex type", also the real ones
  constexpr std::size_t complex_bytes = std::max(sizeof(In), sizeof(Out));
  const bool right =
      require(p.length > 0 && p.type == type, who, "a plan of another kind") &&
      require(p.device == current_device(), who, "a plan of another device") &&
      require(p.stream && (p.work_area || p.work_bytes == 0), who,
              "stream and work area must be set before") &&
      usable(who, p.stream) && on_device(who, p.work_area, p.work_bytes) &&
      require(a % complex_bytes == 0 && b % complex_bytes == 0, who, "alignment") &&
      require(a + in_bytes <= b || b + out_bytes <= a, who, "input and output overlap") &&
      on_device(who, in, in_bytes) && on_device(who, out, out_bytes);
  return right ? CUFFT_SUCCESS : CUFFT_INVALID_VALUE;
}

std::vector<std::complex<double>> roots(std::int64_t k, double sign) {
  std::vector<std::complex<double>> w(static_cast<std::size_t>(k));
  for (std::int64_t i = 0; i < k; ++i)
    w[static_cast<std::size_t>(i)] = std::polar(
        1.0, sign * 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(k));
  return w;
}

template <class T>
cufftResult forward(const char* who, cufftHandle handle, cufftType type, const T* x,
                    std::complex<T>* y) {
  const fft_plan p = plans().at(handle);
  const std::int64_t k = p.length, h = k / 2 + 1;
  if (const cufftResult bad = check_run(who, handle, type, x, y, k, h)) return bad;
  record(p.stream, [=] {
    scribble(p.work_area, p.work_bytes);
    const auto w = roots(k, -1);
    for (std::int64_t t = 0; t < p.batch; ++t)
      for (std::int64_t f = 0; f < h; ++f) {
        std::complex<double> sum = 0;
        for (std::int64_t l = 0, at = 0; l < k; ++l, at = at + f < k ? at + f : at + f - k)
          sum += static_cast<double>(x[l * p.in_step + t * p.in_gap]) *
                 w[static_cast<std::size_t>(at)];
        y[f * p.out_step + t * p.out_gap] = static_cast<std::complex<T>>(sum);
      }
  });
  return CUFFT_SUCCESS;
}

/// Destroys its input, as the real one may.
template <class T>
cufftResult backward(const char* who, cufftHandle handle, cufftType type, std::complex<T>* y,
                     T* x) {
  const fft_plan p = plans().at(handle);
  const std::int64_t k = p.length, h = k / 2 + 1;
  if (const cufftResult bad = check_run(who, handle, type, y, x, h, k)) return bad;
  record(p.stream, [=] {
    scribble(p.work_area, p.work_bytes);
    const auto w = roots(k, 1);
    for (std::int64_t t = 0; t < p.batch; ++t)
      for (std::int64_t l = 0; l < k; ++l) {
        double sum = 0;
        for (std::int64_t f = 0, at = 0; f < h; ++f, at = (at + l) % k) {
          const std::complex<double> value(y[f * p.in_step + t * p.in_gap]);
          const double weight = f == 0 || 2 * f == k ? 1 : 2;
          sum += weight * (value * w[static_cast<std::size_t>(at)]).real();
        }
        x[l * p.out_step + t * p.out_gap] = static_cast<T>(sum);
      }
    for (std::int64_t t = 0; t < p.batch; ++t)
      for (std::int64_t f = 0; f < h; ++f)
        scribble(&y[f * p.in_step + t * p.in_gap], sizeof(std::complex<T>));
  });
  return CUFFT_SUCCESS;
}

}  // namespace

#define ENTER_FFT(handle)           \
  STAND_IN_ENTER(fft, cufftResult); \
  if (!require(plans().contains(handle), __func__, "no such plan")) return CUFFT_INVALID_PLAN

cufftResult cufftCreate(cufftHandle* handle) {
  STAND_IN_ENTER(fft, cufftResult);
  static cufftHandle next = 0;  // 0 is a plan, too
  *handle = next++;
  plans()[*handle].device = current_device();
  count_handle(1);
  return CUFFT_SUCCESS;
}

cufftResult cufftDestroy(cufftHandle handle) {
  const entry here(library::fft, __func__);
  if (!require(plans().erase(handle) == 1, __func__, "no such plan")) return CUFFT_INVALID_PLAN;
  count_handle(-1);
  return static_cast<cufftResult>(here.status());
}

cufftResult cufftSetAutoAllocation(cufftHandle handle, int automatic) {
  ENTER_FFT(handle);
  require(plans()[handle].length == 0, __func__, "too late, the plan is made");
  plans()[handle].own_work_area = automatic != 0;
  return CUFFT_SUCCESS;
}

cufftResult cufftMakePlanMany64(cufftHandle handle, int rank, long long* n, long long* in_embed,
                                long long in_step, long long in_gap, long long* out_embed,
                                long long out_step, long long out_gap, cufftType type,
                                long long batch, size_t* bytes) {
  ENTER_FFT(handle);
  fft_plan& p = plans()[handle];
  if (!require(p.length == 0, __func__, "made twice") ||
      !require(!p.own_work_area, __func__, "a work area of its own") ||
      !require(rank == 1 && n[0] >= 1 && batch >= 1, __func__, "sizes") ||
      !require(in_embed && out_embed, __func__, "without `embed` strides are not looked at") ||
      !require(in_step >= batch && in_gap == 1 && out_step >= batch && out_gap == 1, __func__,
               "tubes overlap"))
    return CUFFT_INVALID_VALUE;
  p.type = type;
  p.length = n[0];
  p.in_step = in_step;
  p.in_gap = in_gap;
  p.out_step = out_step;
  p.out_gap = out_gap;
  p.batch = batch;
  p.work_bytes = *bytes = static_cast<std::size_t>(16 * n[0] + 8);
  return CUFFT_SUCCESS;
}

cufftResult cufftSetStream(cufftHandle handle, cudaStream_t stream) {
  ENTER_FFT(handle);
  if (!usable(__func__, stream)) return CUFFT_INVALID_VALUE;
  plans()[handle].stream = stream;
  return CUFFT_SUCCESS;
}

cufftResult cufftSetWorkArea(cufftHandle handle, void* area) {
  ENTER_FFT(handle);
  fft_plan& p = plans()[handle];
  require(reinterpret_cast<std::uintptr_t>(area) % 256 == 0, __func__, "alignment");
  if (!on_device(__func__, area, p.work_bytes)) return CUFFT_INVALID_VALUE;
  p.work_area = area;
  return CUFFT_SUCCESS;
}

cufftResult cufftExecD2Z(cufftHandle handle, double* x, cufftDoubleComplex* y) {
  ENTER_FFT(handle);
  return forward(__func__, handle, CUFFT_D2Z, x, reinterpret_cast<std::complex<double>*>(y));
}
cufftResult cufftExecR2C(cufftHandle handle, float* x, cufftComplex* y) {
  ENTER_FFT(handle);
  return forward(__func__, handle, CUFFT_R2C, x, reinterpret_cast<std::complex<float>*>(y));
}
cufftResult cufftExecZ2D(cufftHandle handle, cufftDoubleComplex* y, double* x) {
  ENTER_FFT(handle);
  return backward(__func__, handle, CUFFT_Z2D, reinterpret_cast<std::complex<double>*>(y), x);
}
cufftResult cufftExecC2R(cufftHandle handle, cufftComplex* y, float* x) {
  ENTER_FFT(handle);
  return backward(__func__, handle, CUFFT_C2R, reinterpret_cast<std::complex<float>*>(y), x);
}
cufftResult cufftGetVersion(int* version) {
  STAND_IN_ENTER(fft, cufftResult);
  *version = CUFFT_VERSION;
  return CUFFT_SUCCESS;
}
