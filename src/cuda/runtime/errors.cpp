// Statuses into exceptions.
#include "cuda/runtime/errors.hpp"

#include <tubal/error.hpp>

#include <limits>
#include <string>

namespace tubal::detail {
namespace {

std::string describe(const call& made, const std::string& status) {
  std::string text = std::string(made.name) + " failed: " + status;
  const char* before = "; sizes ";
  for (const std::int64_t size : made.sizes) {
    text += before + std::to_string(size);
    before = " x ";
  }
  if (made.slice >= 0) text += "; slice " + std::to_string(made.slice);
  return text;
}

std::string numbered(const char* name, int value) {
  return std::string(name) + " (" + std::to_string(value) + ")";
}

const char* name_of(cusolverStatus_t status) {
  switch (status) {
    case CUSOLVER_STATUS_NOT_INITIALIZED:
      return "CUSOLVER_STATUS_NOT_INITIALIZED";
    case CUSOLVER_STATUS_ALLOC_FAILED:
      return "CUSOLVER_STATUS_ALLOC_FAILED";
    case CUSOLVER_STATUS_INVALID_VALUE:
      return "CUSOLVER_STATUS_INVALID_VALUE";
    case CUSOLVER_STATUS_ARCH_MISMATCH:
      return "CUSOLVER_STATUS_ARCH_MISMATCH";
    case CUSOLVER_STATUS_EXECUTION_FAILED:
      return "CUSOLVER_STATUS_EXECUTION_FAILED";
    case CUSOLVER_STATUS_INTERNAL_ERROR:
      return "CUSOLVER_STATUS_INTERNAL_ERROR";
    case CUSOLVER_STATUS_NOT_SUPPORTED:
      return "CUSOLVER_STATUS_NOT_SUPPORTED";
    default:
      return "cuSOLVER status";
  }
}

const char* name_of(cufftResult status) {
  switch (status) {
    case CUFFT_INVALID_PLAN:
      return "CUFFT_INVALID_PLAN";
    case CUFFT_ALLOC_FAILED:
      return "CUFFT_ALLOC_FAILED";
    case CUFFT_INVALID_VALUE:
      return "CUFFT_INVALID_VALUE";
    case CUFFT_INTERNAL_ERROR:
      return "CUFFT_INTERNAL_ERROR";
    case CUFFT_EXEC_FAILED:
      return "CUFFT_EXEC_FAILED";
    case CUFFT_SETUP_FAILED:
      return "CUFFT_SETUP_FAILED";
    case CUFFT_INVALID_SIZE:
      return "CUFFT_INVALID_SIZE";
    case CUFFT_NO_WORKSPACE:
      return "CUFFT_NO_WORKSPACE";
    default:
      return "cuFFT status";
  }
}

/// Errors after which this device, or this binary on it, does not work.
bool is_device_error(cudaError_t status) {
  switch (status) {
    case cudaErrorNoDevice:
    case cudaErrorInvalidDevice:
    case cudaErrorInsufficientDriver:
    case cudaErrorInitializationError:
    case cudaErrorDevicesUnavailable:
    case cudaErrorDeviceUninitialized:
    case cudaErrorSystemDriverMismatch:
    case cudaErrorSystemNotReady:
    case cudaErrorCompatNotSupportedOnDevice:
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorInvalidDeviceFunction:
    case cudaErrorCallRequiresNewerDriver:
    case cudaErrorStubLibrary:
    case cudaErrorInvalidPtx:
    case cudaErrorUnsupportedPtxVersion:
    case cudaErrorJitCompilerNotFound:
    case cudaErrorJitCompilationDisabled:
    case cudaErrorContextIsDestroyed:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorExternalDevice:
    case cudaErrorIllegalAddress:
    case cudaErrorMisalignedAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorLaunchTimeout:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorAssert:
    case cudaErrorECCUncorrectable:
    case cudaErrorCudartUnloading:
    case cudaErrorUnknown:
      return true;
    default:
      return false;
  }
}

}  // namespace

void check(cudaError_t status, const call& made) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // or the caller's next check would see it
  const std::string text = describe(
      made, numbered(cudaGetErrorName(status), status) + ", " + cudaGetErrorString(status));
  if (status == cudaErrorMemoryAllocation) throw out_of_memory(text, 0);
  if (is_device_error(status)) throw device_error(text);
  throw backend_error(text);
}

void check(cublasStatus_t status, const call& made) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  const std::string text = describe(made, numbered(cublasGetStatusName(status), status));
  if (status == CUBLAS_STATUS_ALLOC_FAILED) throw out_of_memory(text, 0);
  throw backend_error(text);
}

void check(cufftResult status, const call& made) {
  if (status == CUFFT_SUCCESS) return;
  const std::string text = describe(made, numbered(name_of(status), status));
  if (status == CUFFT_ALLOC_FAILED) throw out_of_memory(text, 0);
  throw backend_error(text);
}

void check(cusolverStatus_t status, const call& made) {
  if (status == CUSOLVER_STATUS_SUCCESS) return;
  const std::string text = describe(made, numbered(name_of(status), status));
  if (status == CUSOLVER_STATUS_ALLOC_FAILED) throw out_of_memory(text, 0);
  throw backend_error(text);
}

int narrow(std::int64_t value, const call& made) {
  if (value < 0 || value > std::numeric_limits<int>::max()) {
    throw argument_error(
        describe(made, std::to_string(value) + " does not fit the 32 bits that it counts with"));
  }
  return static_cast<int>(value);
}

std::size_t require_possible(std::size_t bytes, const call& made) {
  if (bytes > std::size_t{1} << 48)
    throw argument_error(describe(
        made, "it asks for " + std::to_string(bytes) + " bytes; the slices are too large for it"));
  return bytes;
}

}  // namespace tubal::detail
