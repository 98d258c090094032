// The kernel of descent.cpp for any machine.
#define TUBAL_SIMD portable
#include "host/descent_kernel.hpp"
