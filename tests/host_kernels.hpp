// Kernels of the host back end, for every instruction set of this machine.
#pragma once

#include "host/kernels/instruction_set.hpp"
#include "host/memory.hpp"
#include "reference.hpp"

namespace tubal::test {

using detail::host_vector;
using detail::instruction_set;

template <class Kernel>
struct for_set {
  instruction_set set;
  Kernel run;
};

/// Those that this machine has.
template <class Kernel>
std::vector<for_set<Kernel>> available(Kernel portable, Kernel avx2, Kernel avx512) {
  std::vector<for_set<Kernel>> found{{instruction_set::portable, portable}};
  const instruction_set best = detail::best_instruction_set();
  if (best >= instruction_set::avx2) found.push_back({instruction_set::avx2, avx2});
  if (best >= instruction_set::avx512) found.push_back({instruction_set::avx512, avx512});
  return found;
}
#if defined(__x86_64__)
#define TUBAL_KERNELS(kernel, name) \
  available<kernel>(&detail::portable::name, &detail::avx2::name, &detail::avx512::name)
#else
#define TUBAL_KERNELS(kernel, name) \
  available<kernel>(&detail::portable::name, &detail::portable::name, &detail::portable::name)
#endif

template <class T>
host_vector<T> numbers(std::int64_t count, unsigned seed) {
  const plain x = random_tensor({count, 1, 1}, seed);
  return {x.values.begin(), x.values.end()};
}

}  // namespace tubal::test
