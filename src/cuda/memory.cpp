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

device_memory::device_memory(const memory_source& source, std::size_t bytes)
    : source_(source), bytes_(bytes) {
  if (bytes == 0) return;
  const device_guard guard(source.device);
  data_ = source.allocator->allocate(bytes, source.stream);
  if (!data_)
    throw out_of_memory("out of memory: " + std::to_string(bytes) + " bytes of device " +
                            std::to_string(source.device) + " wanted from " +
                            source.allocator->name(),
                        bytes);
}

device_memory& device_memory::operator=(device_memory&& other) noexcept {
  std::swap(source_, other.source_);
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

device_memory::~device_memory() {
  if (!data_) return;
  const device_guard guard(source_.device);
  source_.allocator->release(data_, bytes_, source_.stream);
}

std::shared_ptr<device_memory> backend<cuda>::state::scratch(std::size_t bytes) {
  std::shared_ptr<device_memory> area = scratch_area.lock();
  if (!area || area->bytes() < bytes) {
    area = std::make_shared<device_memory>(memory(), bytes);
    scratch_area = area;
  }
  return area;
}

void* backend<cuda>::allocate(std::size_t bytes) {
  return device_memory(state_->memory(), bytes).give_up();
}

void backend<cuda>::release(void* data, std::size_t bytes) noexcept {
  const device_memory freed = device_memory::take(state_->memory(), data, bytes);
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
