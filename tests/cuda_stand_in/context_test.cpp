// Contexts on the stand-in: streams, devices, memory, and devices that fail.
#include <cuda_runtime_api.h>

#include "fixture.hpp"

namespace tubal::test {
namespace {

/// A stream of a foreign program.
class foreign_stream {
 public:
  explicit foreign_stream(int device = 0) : device_(device) {
    cudaSetDevice(device);
    cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking);
    cudaSetDevice(0);
  }
  ~foreign_stream() {
    cudaSetDevice(device_);
    cudaStreamDestroy(stream_);
    cudaSetDevice(0);
  }
  cudaStream_t get() const { return stream_; }

 private:
  int device_;
  cudaStream_t stream_ = nullptr;
};

tensor<double, cuda> small_product(context<cuda>& ctx) {
  const auto a = from_host<double>(ctx, {2, 3, 4}, random_values<double>(24, 1));
  const auto b = from_host<double>(ctx, {3, 2, 4}, random_values<double>(24, 2));
  return tproduct(ctx, a, b);
}

TEST(cuda_context, works_on_the_stream_of_the_caller) {
  const foreign_stream stream;
  context<cuda> ctx{stream.get()};
  const auto c = to_host(ctx, small_product(ctx));
  context<cuda> own;
  EXPECT_EQ(to_host(own, small_product(own)), c);
}

TEST(cuda_context, works_on_another_device_and_leaves_the_current_one) {
  const foreign_stream stream(1);
  {
    context<cuda> ctx{stream.get()};
    context<cuda> first;
    EXPECT_EQ(to_host(ctx, small_product(ctx)), to_host(first, small_product(first)));
    const auto matrix = random_values<double>(40 * 40, 3);
    const array<double, cuda> a(*ctx.backend(), matrix), s(*ctx.backend(), std::vector<double>(40));
    backend_of<cuda>::svd_plan<double>(*ctx.backend(), 40, 40, 1, vectors::skip)
        .execute(contiguous(a.data(), 40, 40, 1), s.data(), {}, {});
    ctx.wait();
  }
  int device = -1;
  cudaGetDevice(&device);
  EXPECT_EQ(device, 0);
}

/// An allocator of a foreign program, over one of the library's.
class foreign_allocator final : public device_allocator {
 public:
  explicit foreign_allocator(device_allocator& source) : source_(source) {}
  void* allocate(std::size_t bytes, CUstream_st* stream) override {
    if (left-- == 0) return nullptr;
    ++out;
    return source_.allocate(bytes, stream);
  }
  void release(void* data, std::size_t bytes, CUstream_st* stream) noexcept override {
    --out;
    source_.release(data, bytes, stream);
  }
  const char* name() const noexcept override { return "foreign"; }

  int out = 0;      // allocations not yet released
  int left = 1000;  // allocations until memory is at an end

 private:
  device_allocator& source_;
};

TEST(cuda_context, takes_all_its_memory_from_the_callers_allocator) {
  for (device_allocator* source : {&plain_allocator(), &stream_ordered_allocator()}) {
    foreign_allocator memory(*source);
    {
      cuda::options options;
      options.allocator = &memory;
      context<cuda> ctx(options), own;
      EXPECT_EQ(ctx.description().at("allocator"), "foreign");
      const auto before = stand_in::now().allocations;
      const int out = memory.out;
      const auto c = small_product(ctx);
      ctx.wait();  // memory released in stream order is back only now
      EXPECT_EQ(stand_in::now().allocations - before, memory.out - out);
      EXPECT_EQ(to_host(ctx, c), to_host(own, small_product(own)));
      memory.left = 0;
      EXPECT_THROW(small_product(ctx), out_of_memory);
      memory.left = 1000;
      EXPECT_EQ(to_host(ctx, small_product(ctx)), to_host(ctx, c)) << "usable again";
    }
    EXPECT_EQ(memory.out, 0);
  }
}

TEST(cuda_context, refuses_default_streams) {
  EXPECT_THROW(context<cuda>{cudaStreamLegacy}, argument_error);
  EXPECT_THROW(context<cuda>{cudaStreamPerThread}, argument_error);
}

TEST(cuda_context, describes_itself) {
  const context<cuda> ctx;
  const auto d = ctx.description();
  for (const char* key : {"device", "compute_capability", "cuda_runtime", "cublas", "cufft",
                          "cusolver", "built_architectures", "arithmetic"})
    EXPECT_FALSE(d.at(key).empty()) << key;
}

TEST(cuda_context, says_that_there_is_no_device) {
  stand_in::set_devices(0);
  try {
    require_cuda();
    ADD_FAILURE();
  } catch (const device_error& e) {
    EXPECT_EQ(std::string(e.what()).find("cuda is not available: "), 0u) << e.what();
  }
  stand_in::set_devices(2);
  EXPECT_NO_THROW(require_cuda());
}

TEST(cuda_context, sees_that_no_kernel_runs) {
  stand_in::drop_kernels(true);
  for (int i = 0; i < 2; ++i) {
    try {
      i == 0 ? require_cuda() : static_cast<void>(context<cuda>());
      ADD_FAILURE();
    } catch (const device_error& e) {
      EXPECT_NE(std::string(e.what()).find("stand-in"), std::string::npos) << e.what();
    }
  }
  stand_in::drop_kernels(false);
}

TEST(cuda_context, refuses_politely_once_the_device_has_failed) {
  context<cuda> ctx;
  auto c = small_product(ctx);
  stand_in::break_device(cudaErrorIllegalAddress);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(ctx.wait(), device_error);
    EXPECT_THROW(small_product(ctx), device_error);
    EXPECT_THROW((fill_normal<double, cuda>(ctx, c, 1.0, 1)), device_error);
  }
}

TEST(cuda_context, says_how_much_memory_was_wanted) {
  context<cuda> ctx;
  stand_in::fail_allocation(0);
  try {
    empty<double>(ctx, {100, 100, 3});
    ADD_FAILURE();
  } catch (const out_of_memory& e) {
    EXPECT_EQ(e.bytes_wanted, 240000u);
    EXPECT_NE(std::string(e.what()).find("240000 bytes"), std::string::npos) << e.what();
  }
}

TEST(cuda_context, plans_share_scratch_and_keep_it) {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  backend_of<cuda>::transform_plan<double> large(b, 100, 16);
  const auto before = stand_in::now();
  backend_of<cuda>::transform_plan<double> small(b, 10, 16);
  EXPECT_EQ(stand_in::now().allocations, before.allocations);
  backend_of<cuda>::transform_plan<double> larger(b, 1000, 16);
  EXPECT_EQ(stand_in::now().allocations, before.allocations + 1);
  const auto x = random_values<double>(1600, 1);
  const array<double, cuda> dx(b, x), ds(b, x);
  large.forward(dx.data(), ds.data());  // on the area that it was made with
  large.inverse(ds.data(), dx.data());
  EXPECT_LE(frobenius_distance(dx.values(), x), 1e-12);
}

TEST(cuda_context, memory_outlives_the_context) {
  auto ctx = std::make_unique<context<cuda>>();
  const auto x = zeros<float>(*ctx, {3, 3, 3});
  ctx.reset();
}

TEST(cuda_context, moved_plans_work_and_the_empty_ones_die_quietly) {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  backend_of<cuda>::transform_plan<double> one(b, 2, 4), other(b, 3, 8);
  other = std::move(one);
  const auto third = std::move(other);
  EXPECT_GT(third.workspace_bytes(), 0u);
  using eigen = backend_of<cuda>::eigen_plan<double>;
  eigen e(b, 3, 2, vectors::skip);
  EXPECT_EQ(e.workspace_bytes(), 0u);
  e = eigen(b, 40, 2, vectors::skip);
  EXPECT_GT(e.workspace_bytes(), 40 * 40 * 2 * sizeof(double));
  using lq = backend_of<cuda>::lq_plan<double>;
  lq l(b, 3, 4, 2);
  EXPECT_EQ(l.workspace_bytes(), 0u);
  l = lq(b, 2, 40, 2);
  EXPECT_GT(lq(std::move(l)).workspace_bytes(), 2 * 40 * 2 * sizeof(double));
  using lu = backend_of<cuda>::lu_plan<double>;
  lu f(b, 32, 32, 2);
  EXPECT_EQ(f.workspace_bytes(), 0u);
  f = lu(b, 2, 40, 2);
  EXPECT_GT(lu(std::move(f)).workspace_bytes(), 2 * 40 * 2 * sizeof(double));
  using cholesky = backend_of<cuda>::cholesky_plan<double>;
  cholesky c(b, 32, 2);
  EXPECT_EQ(c.workspace_bytes(), 0u);
  c = cholesky(b, 33, 2);
  EXPECT_GT(cholesky(std::move(c)).workspace_bytes(), 33 * 33 * 2 * sizeof(double));
  using svd = backend_of<cuda>::svd_plan<double>;
  svd s(b, 3, 4, 2, vectors::compute);
  s = svd(b, 3, 40, 2, vectors::compute);
  EXPECT_GT(s.workspace_bytes(), 0u);
}

TEST(cuda_context, refuses_more_columns_than_a_vendor_can_count) {
  context<cuda> ctx;
  EXPECT_THROW((backend_of<cuda>::lq_plan<float>(*ctx.backend(), 1, std::int64_t{1} << 31, 1)),
               argument_error);
}

/// What the environment switches on is switched off.
TEST(cuda_context, computes_in_full_precision_whatever_the_environment_says) {
  const auto arithmetic = [] { return context<cuda>().description().at("arithmetic"); };
  const std::string usual = arithmetic();
  setenv("CUBLAS_EMULATE_DOUBLE_PRECISION", "1", 1);
  EXPECT_NE(arithmetic(), usual);
  EXPECT_NE(arithmetic().find("pedantic"), std::string::npos);
  unsetenv("CUBLAS_EMULATE_DOUBLE_PRECISION");
  EXPECT_EQ(arithmetic(), usual);
}

}  // namespace
}  // namespace tubal::test
