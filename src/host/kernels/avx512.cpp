// The kernels for x86 with AVX-512, of which src/CMakeLists.txt tells the compiler.
#if defined(__x86_64__)
#define TUBAL_SIMD avx512
#define TUBAL_SIMD_BYTES 64
#include "host/kernels/descent_kernel.hpp"
#include "host/kernels/direct_dft_kernel.hpp"
#include "host/kernels/jacobi_svd_kernel.hpp"
#include "host/kernels/sensing_kernel.hpp"
#include "host/kernels/small_product_kernel.hpp"
#endif
