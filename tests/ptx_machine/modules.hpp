// What nvcc's host code registers: fat binaries with PTX, and which host function stands for which
// kernel.
#pragma once

#include <string>

#include "program.hpp"

namespace ptx {

/// The kernel behind a host function (or its cudaKernel_t); null when none was registered. Decoded
/// at the first call; throws syntax_error.
const program* kernel_of(const void* function);
/// A module from text, for tests; lives to the end.
const program* kernel_of_text(const std::string& text, const std::string& name);
/// Leaves what all registered kernels did in the folder named by TUBAL_PTX_COUNTERS, a file for
/// each process. At exit.
void write_counters();

}  // namespace ptx
