// Construction and description of the CUDA back end.
#include "cuda/context.hpp"

#include <tubal/context.hpp>
#include <tubal/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace tubal::detail {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

int device_of(cudaStream_t stream) {
  int device = 0;
#if CUDART_VERSION >= 12080
  if (stream) {
    check(cudaStreamGetDevice(stream, &device), {"cudaStreamGetDevice"});
    return device;
  }
#else
  static_cast<void>(stream);  // the caller's current device is that of the stream
#endif
  check(cudaGetDevice(&device), {"cudaGetDevice"});
  return device;
}

int attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, which, device), {"cudaDeviceGetAttribute"});
  return value;
}

/// Bytes that cuBLAS recommends.
std::size_t blas_workspace_bytes(int device) {
  return attribute(cudaDevAttrComputeCapabilityMajor, device) >= 9 ? 32 * mebibyte : 8 * mebibyte;
}

device_allocator& default_allocator(int device) {
  return attribute(cudaDevAttrMemoryPoolsSupported, device) != 0 ? stream_ordered_allocator()
                                                                 : plain_allocator();
}

stream_handle non_blocking_stream() {
  return create<stream_handle>({"cudaStreamCreateWithFlags"}, cudaStreamCreateWithFlags,
                               cudaStreamNonBlocking);
}

/// Environment variables that change the arithmetic of cuBLAS.
constexpr const char* arithmetic_variables[] = {
    "NVIDIA_TF32_OVERRIDE", "CUBLAS_EMULATE_SINGLE_PRECISION", "CUBLAS_EMULATE_DOUBLE_PRECISION",
    "CUBLAS_EMULATION_STRATEGY"};

bool environment_changes_arithmetic() {
  return std::any_of(std::begin(arithmetic_variables), std::end(arithmetic_variables),
                     [](const char* name) { return std::getenv(name) != nullptr; });
}

/// Plain IEEE arithmetic of the precision asked for, the same bits in every run. cuBLAS has no
/// entry point that forbids what its environment variables switch on but the pedantic mode.
void set_modes(cublasHandle_t blas) {
  const auto mode = environment_changes_arithmetic() ? CUBLAS_PEDANTIC_MATH : CUBLAS_DEFAULT_MATH;
  check(cublasSetMathMode(blas, mode), {"cublasSetMathMode"});
  check(cublasSetAtomicsMode(blas, CUBLAS_ATOMICS_NOT_ALLOWED), {"cublasSetAtomicsMode"});
  check(cublasSetPointerMode(blas, CUBLAS_POINTER_MODE_HOST), {"cublasSetPointerMode"});
}

/// The stream first: setting it takes the workspace away.
void set_stream(cublasHandle_t blas, cudaStream_t stream, const device_memory& workspace) {
  check(cublasSetStream(blas, stream), {"cublasSetStream"});
  check(cublasSetWorkspace(blas, workspace.data(), workspace.bytes()),
        {"cublasSetWorkspace", {static_cast<std::int64_t>(workspace.bytes())}});
}

std::string version(int number) {  // 13010 is 13.1
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

}  // namespace

const char* const built_architectures = TUBAL_CUDA_ARCHITECTURES;

backend<cuda>::backend(const cuda::options& options) : state_(std::make_unique<state>()) {
  if (options.stream == cudaStreamLegacy || options.stream == cudaStreamPerThread) {
    throw argument_error("stream: a default stream cannot be used; pass a stream of your own");
  }
  state& s = *state_;
  s.device = device_of(options.stream);
  const device_guard guard(s.device);
  if (!options.stream) s.own_stream = non_blocking_stream();
  s.stream = options.stream ? options.stream : s.own_stream.get();
  s.allocator = options.allocator ? options.allocator : &default_allocator(s.device);
  run_canary(s.memory());
  s.faults = device_memory(s.memory(), fault_count * sizeof(double));
  s.again = device_memory(s.memory(), sizeof(std::int64_t));
  s.partial_sums = device_memory(s.memory(), most_partial_sums * sizeof(double));
  s.blas_workspace = device_memory(s.memory(), blas_workspace_bytes(s.device));
  s.blas = create<blas_handle>({"cublasCreate"}, cublasCreate_v2);
  set_modes(s.blas.get());
  set_stream(s.blas.get(), s.stream, s.blas_workspace);
  for (const device_memory* zeros : {&s.faults, &s.again})
    check(cudaMemsetAsync(zeros->data(), 0, zeros->bytes(), s.stream), {"cudaMemsetAsync"});
  wait();
}

backend<cuda>::~backend() {
  const device_guard guard(state_->device);
  state_.reset();
}

cusolverDnHandle_t backend<cuda>::state::make_solver() {
  if (!solver) {
    solver_handle made = create<solver_handle>({"cusolverDnCreate"}, cusolverDnCreate);
    check(cusolverDnSetStream(made.get(), stream), {"cusolverDnSetStream"});
    check(cusolverDnSetDeterministicMode(made.get(), CUSOLVER_DETERMINISTIC_RESULTS),
          {"cusolverDnSetDeterministicMode"});
#if CUSOLVER_VERSION >= 12000
    check(cusolverDnSetMathMode(made.get(), CUSOLVER_DEFAULT_MATH), {"cusolverDnSetMathMode"});
#endif
    solver_options = create<solver_params>({"cusolverDnCreateParams"}, cusolverDnCreateParams);
    solver = std::move(made);
  }
  return solver.get();
}

double* backend<cuda>::fault_slots() { return static_cast<double*>(state_->faults.data()); }

std::int64_t backend<cuda>::decomposed_again() {
  std::int64_t count = 0;
  download(&count, state_->again.data(), sizeof count);
  return count;
}

std::map<std::string, std::string> backend<cuda>::description() const {
  const int device = state_->device;
  const device_guard guard(device);
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, device), {"cudaGetDeviceProperties"});
  int driver = 0, runtime = 0, blas = 0, fft = 0, solver = 0;
  check(cudaDriverGetVersion(&driver), {"cudaDriverGetVersion"});
  check(cudaRuntimeGetVersion(&runtime), {"cudaRuntimeGetVersion"});
  check(cublasGetVersion(state_->blas.get(), &blas), {"cublasGetVersion"});
  check(cufftGetVersion(&fft), {"cufftGetVersion"});
  check(cusolverGetVersion(&solver), {"cusolverGetVersion"});
  std::map<std::string, std::string> d;
  d["device"] = properties.name;
  d["device_number"] = std::to_string(device);
  d["compute_capability"] =
      std::to_string(properties.major) + "." + std::to_string(properties.minor);
  d["multiprocessors"] = std::to_string(properties.multiProcessorCount);
  d["device_memory_bytes"] = std::to_string(properties.totalGlobalMem);
  d["cuda_driver"] = version(driver);
  d["cuda_runtime"] = version(runtime);
  d["cublas"] = std::to_string(blas);
  d["cufft"] = std::to_string(fft);
  d["cusolver"] = std::to_string(solver);
  d["allocator"] = state_->allocator->name();
  d["built_architectures"] = built_architectures;
  d["tube_transform"] = "cuFFT";
  d["arithmetic"] = std::string("cuBLAS ") +
                    (environment_changes_arithmetic() ? "pedantic" : "default") +
                    " math, no TF32, no emulation, no atomics";
  for (const char* name : arithmetic_variables)
    if (const char* value = std::getenv(name)) d[name] = value;
  return d;
}

}  // namespace tubal::detail

namespace tubal {

void require_cuda() try {
  int devices = 0;
  detail::check(cudaGetDeviceCount(&devices), {"cudaGetDeviceCount"});
  if (devices == 0) throw device_error("there is no GPU");
  const auto stream = detail::non_blocking_stream();
  const int device = detail::device_of(stream.get());
  detail::run_canary({device, stream.get(), &detail::default_allocator(device)});
} catch (const device_error& e) {
  throw device_error(std::string("cuda is not available: ") + e.what());
}

}  // namespace tubal
