// The types and the space for which core is compiled. The build compiles it once for every space
// (TUBAL_SPACE); tests do for spaces of their own. Every template source ends with
//   #define TUBAL_INSTANTIATE(T, S) template ...;
//   TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)
#pragma once

#ifndef TUBAL_SPACE
#error "compiled with -DTUBAL_SPACE=host or another space"
#endif

#define TUBAL_FOR_EACH_SPACE(X) X(TUBAL_SPACE)
#define TUBAL_BOTH_TYPES(X, S) X(float, S) X(double, S)
#define TUBAL_FOR_EACH_TYPE_AND_SPACE(X) TUBAL_BOTH_TYPES(X, TUBAL_SPACE)
