// Memory of the device and transfers.
#include <tubal/error.hpp>

#include "cuda/context.hpp"

namespace tubal::detail {

device_guard::device_guard(int device) noexcept {
  int current = -1;
  if (cudaGetDevice(&current) != cudaSuccess || current == device) return;
  if (cudaSetDevice(device) == cudaSuccess) former_ = current;
}

device_guard::~device_guard() {
  if (former_ >= 0) static_cast<void>(cudaSetDevice(former_));
}

device_memory::device_memory(int device, std::size_t bytes) : device_(device), bytes_(bytes) {
  if (bytes == 0) return;
  const device_guard guard(device);
  const cudaError_t status = cudaMalloc(&data_, bytes);
  if (status == cudaErrorMemoryAllocation) {
    static_cast<void>(cudaGetLastError());
    throw out_of_memory("cudaMalloc failed: out of memory; " + std::to_string(bytes) +
                            " bytes of device " + std::to_string(device) + " wanted",
                        bytes);
  }
  check(status, {"cudaMalloc", {static_cast<std::int64_t>(bytes)}});
}

device_memory& device_memory::operator=(device_memory&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

device_memory::~device_memory() {
  if (!data_) return;
  const device_guard guard(device_);
  // Nothing to be done about an error: it is sticky, or the runtime is shutting down.
  if (cudaFree(data_) != cudaSuccess) static_cast<void>(cudaGetLastError());
}

std::shared_ptr<device_memory> backend<cuda>::state::scratch(std::size_t bytes) {
  std::shared_ptr<device_memory> area = scratch_area.lock();
  if (!area || area->bytes() < bytes) {
    area = std::make_shared<device_memory>(device, bytes);
    scratch_area = area;
  }
  return area;
}

void* backend<cuda>::allocate(std::size_t bytes) {
  return device_memory(state_->device, bytes).give_up();
}

void backend<cuda>::release(void* data, std::size_t bytes) noexcept {
  const device_memory freed = device_memory::take(state_->device, data, bytes);
}

void backend<cuda>::copy(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  const device_guard guard(state_->device);
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, state_->stream),
        {"cudaMemcpyAsync, device to device", {static_cast<std::int64_t>(bytes)}});
}

void backend<cuda>::upload(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  const device_guard guard(state_->device);
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, state_->stream),
        {"cudaMemcpyAsync, host to device", {static_cast<std::int64_t>(bytes)}});
  wait();  // pinned memory is still being read
}

void backend<cuda>::download(void* to, const void* from, std::size_t bytes) {
  const device_guard guard(state_->device);
  if (bytes != 0) {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, state_->stream),
          {"cudaMemcpyAsync, device to host", {static_cast<std::int64_t>(bytes)}});
  }
  wait();
}

void backend<cuda>::wait() {
  const device_guard guard(state_->device);
  check(cudaStreamSynchronize(state_->stream), {"cudaStreamSynchronize"});
}

}  // namespace tubal::detail
