// The kernels for any machine.
#define TUBAL_SIMD portable
#define TUBAL_SIMD_BYTES 32
#include "host/kernels/descent_kernel.hpp"
#include "host/kernels/direct_dft_kernel.hpp"
#include "host/kernels/jacobi_svd_kernel.hpp"
#include "host/kernels/sensing_kernel.hpp"
#include "host/kernels/small_product_kernel.hpp"
