// Kernels given as PTX text, for tests of the machine.
#pragma once

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "stand_in.hpp"

namespace stand_in {
/// Launches the kernel `name` of the text as cudaLaunchKernelExC would.
cudaError_t launch_text(const std::string& text, const std::string& name,
                        const cudaLaunchConfig_t& config, void** arguments);
}  // namespace stand_in

namespace ptx {

void set_patience(std::int64_t operations);
void set_seed(unsigned seed);

/// A kernel `k(u64 out, u64 in)`: the two addresses are in %out and %in, %tid.x in %t, %ctaid.x in
/// %b. Registers for all: %p0-9, %r0-19 (b32), %d0-19 (b64), %f0-9 (f32), %g0-19 (f64).
inline std::string kernel_text(const std::string& body, const std::string& outside = {}) {
  return ".version 9.0\n.target sm_90\n.address_size 64\n" + outside +
         ".visible .entry k(.param .u64 a, .param .u64 b)\n{\n"
         ".reg .pred %p<10>; .reg .b16 %h<10>; .reg .b32 %r<20>, %t, %b; .reg .b64 %d<20>, %out, "
         "%in;\n"
         ".reg .f32 %f<10>; .reg .f64 %g<20>;\n"
         "ld.param.u64 %out, [a]; ld.param.u64 %in, [b]; mov.u32 %t, %tid.x; mov.u32 %b, "
         "%ctaid.x;\n" +
         body + "\nret;\n}\n";
}

/// A stream, two pieces of device memory of `words` words of 32 bits, and what a launch broke.
class machine_test : public testing::Test {
 protected:
  static constexpr std::size_t words = 1024;

  void SetUp() override {
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    cudaMalloc(&out, words * 4);
    cudaMalloc(&in, words * 4);
    std::vector<std::uint32_t> numbers(words);
    for (std::uint32_t i = 0; i < words; ++i) numbers[i] = i;
    put(in, numbers);
  }
  void TearDown() override {
    set_patience(100'000'000);
    cudaFree(out);
    cudaFree(in);
    cudaStreamDestroy(stream);
  }

  template <class T>
  void put(void* to, const std::vector<T>& values) {
    cudaMemcpyAsync(to, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice, stream);
    cudaStreamSynchronize(stream);
  }
  template <class T = std::uint32_t>
  std::vector<T> get(std::size_t count = words) {
    std::vector<T> values(count);
    cudaMemcpyAsync(values.data(), out, count * sizeof(T), cudaMemcpyDeviceToHost, stream);
    cudaStreamSynchronize(stream);
    return values;
  }

  /// Runs it and returns the rules that it broke, one a line.
  std::string run(const std::string& text, unsigned blocks = 1, unsigned threads = 32,
                  std::size_t shared = 0, unsigned cluster = 1, bool early = false) {
    cudaLaunchAttribute attributes[2]{};
    attributes[0].id = cudaLaunchAttributeClusterDimension;
    attributes[0].val.clusterDim.x = cluster;
    attributes[0].val.clusterDim.y = attributes[0].val.clusterDim.z = 1;
    attributes[1].id = cudaLaunchAttributeProgrammaticStreamSerialization;
    attributes[1].val.programmaticStreamSerializationAllowed = early;
    const cudaLaunchConfig_t config{dim3(blocks), dim3(threads), shared, stream, attributes, 2};
    void* arguments[] = {&out, &in};
    EXPECT_EQ(stand_in::launch_text(text, "k", config, arguments), cudaSuccess);
    cudaStreamSynchronize(stream);
    std::string all;
    for (const std::string& rule : stand_in::take_violations()) all += rule + '\n';
    return all;
  }
  void expect_fault(const std::string& text, const std::string& words_of_it, unsigned blocks = 1,
                    unsigned threads = 32) {
    const std::string found = run(text, blocks, threads);
    EXPECT_NE(found.find(words_of_it), std::string::npos) << "instead: " << found;
  }

  cudaStream_t stream = nullptr;
  void *out = nullptr, *in = nullptr;
};

}  // namespace ptx
