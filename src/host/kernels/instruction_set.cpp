#include "host/kernels/instruction_set.hpp"

namespace tubal::detail {

instruction_set best_instruction_set() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return instruction_set::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return instruction_set::avx2;
#endif
  return instruction_set::portable;
}

const char* name(instruction_set s) {
  switch (s) {
    case instruction_set::avx512:
      return "AVX-512";
    case instruction_set::avx2:
      return "AVX2";
    default:
      return "portable";
  }
}

}  // namespace tubal::detail
