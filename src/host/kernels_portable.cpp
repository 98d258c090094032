// The kernels for any machine.
#define TUBAL_SIMD portable
#define TUBAL_SIMD_BYTES 32
#include "host/descent_kernel.hpp"
#include "host/direct_dft_kernel.hpp"
#include "host/jacobi_svd_kernel.hpp"
#include "host/sensing_kernel.hpp"
#include "host/small_product_kernel.hpp"
