// Functions that run on both sides.
#pragma once

#include <cstdint>

#ifdef __CUDACC__
#define TUBAL_HD __host__ __device__
#else
#define TUBAL_HD
#endif
