// The kernels for x86 with AVX2 and FMA, of which src/CMakeLists.txt tells the compiler.
#if defined(__x86_64__)
#define TUBAL_SIMD avx2
#define TUBAL_SIMD_BYTES 32
#include "host/kernels/descent_kernel.hpp"
#include "host/kernels/direct_dft_kernel.hpp"
#include "host/kernels/jacobi_svd_kernel.hpp"
#include "host/kernels/sensing_kernel.hpp"
#include "host/kernels/small_product_kernel.hpp"
#endif
