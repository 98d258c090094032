// What the tests on a GPU share: a non-blocking stream of the caller's and a context on it.
#pragma once

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>
#include <tubal/tubal.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "gpu_or_skip.hpp"

namespace tubal::test {

inline void succeed(cudaError_t status) {
  if (status != cudaSuccess) throw device_error(cudaGetErrorString(status));
}

class gpu_test : public testing::Test {
 protected:
  void SetUp() override {
    if (!gpu_or_skip()) return;
    succeed(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
    context_ = std::make_unique<context<cuda>>(stream_);
  }
  void TearDown() override {
    context_.reset();
    if (!stream_) return;
    succeed(cudaStreamSynchronize(stream_));  // what the context freed is free for the next test
    succeed(cudaStreamDestroy(stream_));
  }

  context<cuda>& ctx() { return *context_; }
  cudaStream_t stream() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
  std::unique_ptr<context<cuda>> context_;
};

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

}  // namespace tubal::test
