// A kernel that proves, before any other is launched, that this binary has code for the device. One
// that has none leaves memory as it was, and not every toolkit reports it.
#include <tubal/error.hpp>

#include <string>

#include "cuda/context.hpp"
#include "cuda/runtime/launch.hpp"

namespace tubal::detail {
namespace {

constexpr unsigned mark = 0x7ab1u;

__global__ void leave_mark(unsigned* at) {
  if (threadIdx.x == block_threads - 1) *at = mark;
}

std::string which_device(int device) {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, device), {"cudaGetDeviceProperties"});
  return "device " + std::to_string(device) + " (" + properties.name + ", compute capability " +
         std::to_string(properties.major) + "." + std::to_string(properties.minor) + ")";
}

unsigned launch_and_read(const memory_source& source) {
  const device_memory memory(source, sizeof(unsigned));
  const cudaStream_t stream = source.stream;
  auto* at = static_cast<unsigned*>(memory.data());
  check(cudaMemsetAsync(at, 0, sizeof(unsigned), stream), {"cudaMemsetAsync"});
  launch(stream, "canary kernel", leave_mark, 1, at);
  unsigned found = 0;
  check(cudaMemcpyAsync(&found, at, sizeof found, cudaMemcpyDeviceToHost, stream),
        {"cudaMemcpyAsync, device to host"});
  check(cudaStreamSynchronize(stream), {"cudaStreamSynchronize, canary kernel"});
  return found;
}

}  // namespace

void run_canary(const memory_source& source) {
  std::string reason = "it ran without any effect";
  try {
    if (launch_and_read(source) == mark) return;
  } catch (const device_error& e) {
    reason = e.what();
  }
  throw device_error("no kernel of this binary runs on " + which_device(source.device) +
                     "; it was built for " + built_architectures + ": " + reason);
}

}  // namespace tubal::detail
