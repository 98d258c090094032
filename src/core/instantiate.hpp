// The types and spaces for which core is compiled. Every template source ends with
//   #define TUBAL_INSTANTIATE(T, S) template ...;
//   TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)
#pragma once

#if defined(TUBAL_ONLY_SPACE)  // a test's own back end, beside the library's
#define TUBAL_FOR_EACH_SPACE(X) X(TUBAL_ONLY_SPACE)
#elif TUBAL_HAS_CUDA
#define TUBAL_FOR_EACH_SPACE(X) X(host) X(cuda)
#else
#define TUBAL_FOR_EACH_SPACE(X) X(host)
#endif

#define TUBAL_BOTH_TYPES(X, S) X(float, S) X(double, S)
#if defined(TUBAL_ONLY_SPACE)
#define TUBAL_FOR_EACH_TYPE_AND_SPACE(X) TUBAL_BOTH_TYPES(X, TUBAL_ONLY_SPACE)
#elif TUBAL_HAS_CUDA
#define TUBAL_FOR_EACH_TYPE_AND_SPACE(X) TUBAL_BOTH_TYPES(X, host) TUBAL_BOTH_TYPES(X, cuda)
#else
#define TUBAL_FOR_EACH_TYPE_AND_SPACE(X) TUBAL_BOTH_TYPES(X, host)
#endif
