// The kernels for x86 with AVX2 and FMA, of which src/CMakeLists.txt tells the compiler.
#if defined(__x86_64__)
#define TUBAL_SIMD avx2
#define TUBAL_SIMD_BYTES 32
#include "host/descent_kernel.hpp"
#include "host/direct_dft_kernel.hpp"
#include "host/jacobi_svd_kernel.hpp"
#include "host/sensing_kernel.hpp"
#include "host/small_product_kernel.hpp"
#endif
