// For which instruction set kernels are run on this machine.
#pragma once

namespace tubal::detail {

enum class instruction_set { portable, avx2, avx512 };

/// The best that this machine has.
instruction_set best_instruction_set();
/// "AVX-512", ...
const char* name(instruction_set s);

}  // namespace tubal::detail

// `return SET::call` for the best set.
#if defined(__x86_64__)
#define TUBAL_DISPATCH(call)                                                  \
  switch (static const instruction_set best = best_instruction_set(); best) { \
    case instruction_set::avx512:                                             \
      return avx512::call;                                                    \
    case instruction_set::avx2:                                               \
      return avx2::call;                                                      \
    default:                                                                  \
      return portable::call;                                                  \
  }
#else
#define TUBAL_DISPATCH(call) return portable::call
#endif
