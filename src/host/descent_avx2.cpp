// The kernel of descent.cpp for x86 with AVX2 and FMA, of which src/CMakeLists.txt tells the
// compiler.
#if defined(__x86_64__)
#define TUBAL_SIMD avx2
#include "host/descent_kernel.hpp"
#endif
