// Put before every .cu file (-include): kernels become functions of the host, run thread by thread.
#pragma once

#include <device_launch_parameters.h>  // first: it declares the variables that are renamed below

#include <cuda_runtime.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <functional>
#include <type_traits>

namespace stand_in {

struct thread_place {
  uint3 thread, block;
  dim3 block_dim, grid_dim;
};
/// Where the running CUDA thread is.
extern thread_local thread_place place;

/// __syncthreads
void barrier();
/// The dynamic shared memory of the running block.
unsigned char* dynamic_shared();
/// Notes a broken rule for every word of the arguments that points to memory of the host.
void check_argument(const void* argument, std::size_t bytes);
/// atomicCAS: threads run one after the other.
inline unsigned long long compare_and_swap(unsigned long long* at, unsigned long long expected,
                                           unsigned long long wanted) {
  const unsigned long long found = *at;
  if (found == expected) *at = wanted;
  return found;
}
cudaError_t record_kernel(const cudaLaunchConfig_t& config, const void* kernel,
                          std::function<void()> body);

template <class... P>
cudaError_t launch_kernel(const cudaLaunchConfig_t* config, void (*kernel)(P...),
                          std::type_identity_t<P>... args) {
  (__builtin_clear_padding(&args), ...);
  (check_argument(&args, sizeof args), ...);
  return record_kernel(*config, reinterpret_cast<const void*>(kernel), [=] { kernel(args...); });
}

}  // namespace stand_in

// nvcc compiles operators of std::complex in device code to nothing; here they are ambiguous.
namespace tubal::detail {
template <class T>
std::complex<T> operator+(const std::complex<T>&, const std::complex<T>&) = delete;
template <class T>
std::complex<T> operator-(const std::complex<T>&, const std::complex<T>&) = delete;
template <class T>
std::complex<T> operator*(const std::complex<T>&, const std::complex<T>&) = delete;
template <class T>
std::complex<T> operator*(const std::complex<T>&, const T&) = delete;
template <class T>
std::complex<T> operator*(const T&, const std::complex<T>&) = delete;
template <class T>
std::complex<T> operator/(const std::complex<T>&, const std::complex<T>&) = delete;
template <class T>
std::complex<T> operator/(const std::complex<T>&, const T&) = delete;
}  // namespace tubal::detail

#define threadIdx (stand_in::place.thread)
#define blockIdx (stand_in::place.block)
#define blockDim (stand_in::place.block_dim)
#define gridDim (stand_in::place.grid_dim)
#define __syncthreads stand_in::barrier
#define atomicCAS stand_in::compare_and_swap
#define cudaLaunchKernelEx stand_in::launch_kernel
#define TUBAL_DYNAMIC_SHARED stand_in::dynamic_shared()
#undef __shared__
#define __shared__ static thread_local  // the threads of a block run on one thread of the host
