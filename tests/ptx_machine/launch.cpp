// Launches: what nvcc's host code and the product call, checked, recorded on the stand-in's
// streams, run on the machine.
#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "../cuda_stand_in/machine.hpp"
#include "counters.hpp"
#include "machine_state.hpp"
#include "modules.hpp"
#include "stand_in_parts.hpp"
#include "syntax.hpp"

namespace ptx {

void report(const std::string& rule) { stand_in::violate(rule); }

allocation allocation_of(std::uint64_t address) {
  const stand_in::extent e = stand_in::allocation_of(reinterpret_cast<const void*>(address));
  return {static_cast<unsigned char*>(e.data), e.bytes, e.serial};
}

}  // namespace ptx

namespace stand_in {

namespace {

bool backwards = false, dropped = false;
std::uint32_t launches = 0;

std::map<const void*, std::size_t>& granted() {
  static auto* all = new std::map<const void*, std::size_t>;
  return *all;
}

bool can_launch(const cudaLaunchConfig_t& c, const void* kernel, const ptx::launch& l) {
  const dim3 g = c.gridDim, b = c.blockDim;
  const auto threads = std::uint64_t{b.x} * b.y * b.z;
  return g.x > 0 && g.x <= 0x7fffffffu && g.y > 0 && g.y <= 65535 && g.z > 0 && g.z <= 65535 &&
         threads > 0 && threads <= 1024 && b.z <= 64 &&
         c.dynamicSmemBytes <= shared_granted(kernel) &&
         static_cast<std::size_t>(l.code->dynamic_shared) + c.dynamicSmemBytes <= largest_shared &&
         g.x % l.cluster[0] == 0 && g.y % l.cluster[1] == 0 && g.z % l.cluster[2] == 0 &&
         l.cluster[0] * l.cluster[1] * l.cluster[2] <= 16;
}

/// False: an attribute that the machine does not know.
bool take_attributes(const cudaLaunchConfig_t& c, ptx::launch& l) {
  for (unsigned i = 0; i < c.numAttrs; ++i) {
    const cudaLaunchAttribute& a = c.attrs[i];
    if (a.id == cudaLaunchAttributeClusterDimension)
      l.cluster = {a.val.clusterDim.x, a.val.clusterDim.y, a.val.clusterDim.z};
    else if (a.id == cudaLaunchAttributeProgrammaticStreamSerialization)
      l.early = a.val.programmaticStreamSerializationAllowed != 0;
    else if (a.id != cudaLaunchAttributeCooperative && a.id != cudaLaunchAttributePriority &&
             a.id != cudaLaunchAttributeIgnore)
      return false;
  }
  return true;
}

void copy_arguments(ptx::launch& l, void** arguments) {
  l.parameters.resize(static_cast<std::size_t>(l.code->parameter_bytes));
  for (std::size_t i = 0; i < l.code->parameter_offsets.size(); ++i)
    std::memcpy(l.parameters.data() + l.code->parameter_offsets[i], arguments[i],
                static_cast<std::size_t>(l.code->parameter_sizes[i]));
}

void run(const ptx::launch& l) {
  try {
    ++l.counters->launches;
    ptx::grid(l).run();
  } catch (const ptx::launch_error& e) {
    violate(e.what());
  }
}

const ptx::program* find_kernel(const void* kernel) {
  try {
    const ptx::program* code = ptx::kernel_of(kernel);
    if (!code) violate("kernel launch: a function that is no kernel");
    return code;
  } catch (const ptx::syntax_error& e) {
    violate(std::string("kernel launch: ") + e.what());
    return nullptr;
  }
}

cudaError_t enqueue(const cudaLaunchConfig_t& config, const void* kernel, const ptx::program* code,
                    void** arguments) {
  const entry here(library::runtime, "kernel launch");
  if (here.status() != 0) return static_cast<cudaError_t>(here.status());
  if (!usable("kernel launch", config.stream)) return cudaErrorInvalidResourceHandle;
  if (!code) return cudaErrorInvalidDeviceFunction;
  ptx::launch l;
  l.code = code;
  if (code->cluster > 0) l.cluster = {static_cast<std::uint32_t>(code->cluster), 1, 1};
  const bool known = take_attributes(config, l);
  if (!require(known && can_launch(config, kernel, l), "kernel launch",
               "a configuration that cannot be launched, or is not imitated"))
    return cudaErrorInvalidConfiguration;
  note_launch();
  if (dropped) return cudaSuccess;
  l.counters = &ptx::counters_of(*code);
  l.blocks = {config.gridDim.x, config.gridDim.y, config.gridDim.z};
  l.threads = {config.blockDim.x, config.blockDim.y, config.blockDim.z};
  l.dynamic_shared = static_cast<std::int64_t>(config.dynamicSmemBytes);
  l.backwards = backwards;
  copy_arguments(l, arguments);
  record(config.stream, [l]() mutable {
    l.number = ++launches;
    run(l);
  });
  return cudaSuccess;
}

thread_local cudaLaunchConfig_t pushed{};

}  // namespace

cudaError_t launch_text(const std::string& text, const std::string& name,
                        const cudaLaunchConfig_t& config, void** arguments) {
  return enqueue(config, nullptr, ptx::kernel_of_text(text, name), arguments);
}

void grant_shared(const void* kernel, std::size_t bytes) { granted()[kernel] = bytes; }
std::size_t shared_granted(const void* kernel) {
  const auto found = granted().find(kernel);
  return std::max(std::size_t{48} << 10, found == granted().end() ? 0 : found->second);
}
void run_backwards(bool on) { backwards = on; }
void drop_kernels(bool on) { dropped = on; }

}  // namespace stand_in

cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t* config, const void* kernel,
                                void** arguments) {
  return stand_in::enqueue(*config, kernel, stand_in::find_kernel(kernel), arguments);
}
cudaError_t cudaLaunchKernel(const void* kernel, dim3 grid, dim3 block, void** arguments,
                             std::size_t shared, cudaStream_t stream) {
  const cudaLaunchConfig_t config{grid, block, shared, stream, nullptr, 0};
  return cudaLaunchKernelExC(&config, kernel, arguments);
}

extern "C" {

cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function) {
  *kernel = reinterpret_cast<cudaKernel_t>(const_cast<void*>(function));
  return cudaSuccess;
}
cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3 grid, dim3 block, void** arguments,
                               std::size_t shared, cudaStream_t stream) {
  return cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
}
unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, std::size_t shared,
                                     CUstream_st* stream) {
  stand_in::pushed = {grid, block, shared, stream, nullptr, 0};
  return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, std::size_t* shared, void* stream) {
  *grid = stand_in::pushed.gridDim;
  *block = stand_in::pushed.blockDim;
  *shared = stand_in::pushed.dynamicSmemBytes;
  std::memcpy(stream, &stand_in::pushed.stream, sizeof(cudaStream_t));
  return cudaSuccess;
}

}  // extern "C"
