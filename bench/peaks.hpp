// The rows that say what a machine can do: "peak copy", "peak read", "peak dgemm".
#pragma once

#include "machine.hpp"

namespace bench {

void add_peaks(machine<tubal::host>& on);
#if TUBAL_HAS_CUDA
void add_peaks(machine<tubal::cuda>& on);
#endif

}  // namespace bench
