// The CUDA runtime entry points that src/cuda and its tests use.
#include <cuda_runtime_api.h>

#include <cstring>
#include <utility>

#include "device.hpp"
#include "machine.hpp"

using namespace stand_in;

namespace {
thread_local cudaError_t last_error = cudaSuccess;

cudaError_t note(cudaError_t status) {
  if (status != cudaSuccess) last_error = status;
  return status;
}
}  // namespace

#define ENTER_RUNTIME()                         \
  const entry here(library::runtime, __func__); \
  const auto injected = static_cast<cudaError_t>(here.status())

// ---- memory
cudaError_t cudaMalloc(void** data, size_t bytes) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (spoil_captures()) return note(cudaErrorStreamCaptureUnsupported);
  require(bytes > 0, __func__, "an allocation of no bytes");
  *data = allocate_device(bytes);
  return note(*data ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaFree(void* data) {
  ENTER_RUNTIME();
  if (!injected && spoil_captures()) return note(cudaErrorStreamCaptureUnsupported);
  if (!require(free_device(data), __func__, "memory that was not allocated, or freed twice"))
    return note(cudaErrorInvalidValue);
  return note(injected);
}

// Stream-ordered: a capture would hold an allocation node, which the library must not make.
cudaError_t cudaMallocAsync(void** data, size_t bytes, cudaStream_t stream) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!usable(__func__, stream)) return note(cudaErrorInvalidResourceHandle);
  require(bytes > 0, __func__, "an allocation of no bytes");
  if (!require(!stream->capture, __func__, "an allocation while capturing"))
    stream->capture->nodes.push_back({cudaGraphNodeTypeMemAlloc});
  *data = allocate_device(bytes);
  return note(*data ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeAsync(void* data, cudaStream_t stream) {
  ENTER_RUNTIME();
  if (!usable(__func__, stream)) return note(cudaErrorInvalidResourceHandle);
  require(!stream->capture, __func__, "memory freed while capturing");
  if (!require(in_device_memory(data), __func__, "memory that was not allocated, or freed twice"))
    return note(cudaErrorInvalidValue);
  if (stream->failed)
    free_device(data);
  else {
    stream->freed.insert(data);
    record(stream, [=] {
      stream->freed.erase(data);
      free_device(data, false);
    });
  }
  return note(injected);
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!usable(__func__, stream)) return note(cudaErrorInvalidResourceHandle);
  const bool to_device = kind != cudaMemcpyDeviceToHost;
  const bool from_device = kind != cudaMemcpyHostToDevice;
  const bool right =
      (to_device ? on_device(__func__, to, bytes)
                 : require(!in_device_memory(to), __func__, "to: not host memory")) &&
      (from_device ? on_device(__func__, from, bytes)
                   : require(!in_device_memory(from), __func__, "from: not host memory"));
  const auto* a = static_cast<const char*>(from);
  const auto* b = static_cast<char*>(to);
  if (!right || !require(a + bytes <= b || b + bytes <= a, __func__, "memory overlaps"))
    return note(cudaErrorInvalidValue);
  if (!to_device) std::memset(to, 0xff, bytes);  // who reads before the wait gets NaN
  record(
      stream, [=] { std::memcpy(to, from, bytes); }, cudaGraphNodeTypeMemcpy);
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!usable(__func__, stream)) return note(cudaErrorInvalidResourceHandle);
  if (!on_device(__func__, to, bytes)) return note(cudaErrorInvalidValue);
  record(
      stream, [=] { std::memset(to, value, bytes); }, cudaGraphNodeTypeMemset);
  return cudaSuccess;
}

// ---- streams
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  require(flags == cudaStreamNonBlocking, __func__, "a stream that waits for the default stream");
  *stream = new CUstream_st{current_device(), {}, {}, nullptr, false, {}, cudaSuccess};
  streams().insert(*stream);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  ENTER_RUNTIME();
  if (!usable(__func__, stream)) return note(cudaErrorInvalidResourceHandle);
  run_recorded(stream);
  streams().erase(stream);
  delete stream;
  return note(injected);
}

cudaError_t cudaStreamGetDevice(cudaStream_t stream, int* device) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!require(streams().contains(stream), __func__, "a stream that does not exist"))
    return note(cudaErrorInvalidResourceHandle);
  *device = stream->device;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  ENTER_RUNTIME();
  if (!usable(__func__, stream)) return note(cudaErrorInvalidResourceHandle);
  if (injected) stream->failed = injected;
  if (stream->failed) {  // for good; the work is lost
    stream->work.clear();
    for (void* data : std::exchange(stream->freed, {})) free_device(data, false);
    return note(stream->failed);
  }
  if (stream->capture) {
    stream->capture_invalid = true;
    return note(cudaErrorStreamCaptureUnsupported);
  }
  note_wait();
  run_recorded(stream);
  return cudaSuccess;
}

// ---- capture
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!usable(__func__, stream) || stream->capture) return note(cudaErrorIllegalState);
  stream->capture = new CUgraph_st;
  stream->capture_invalid = false;
  stream->capturing_thread = std::this_thread::get_id();
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  ENTER_RUNTIME();
  if (!usable(__func__, stream) || !stream->capture) return note(cudaErrorIllegalState);
  CUgraph_st* made = stream->capture;
  stream->capture = nullptr;
  if (injected || stream->capture_invalid) {
    delete made;
    *graph = nullptr;
    return note(injected ? injected : cudaErrorStreamCaptureInvalidated);
  }
  graphs().insert(made);
  *graph = made;
  return cudaSuccess;
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!usable(__func__, stream)) return note(cudaErrorInvalidResourceHandle);
  *status = stream->capture ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
  return cudaSuccess;
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* count) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!require(graphs().contains(graph), __func__, "a graph that does not exist"))
    return note(cudaErrorInvalidValue);
  if (nodes)
    for (size_t i = 0; i < *count && i < graph->nodes.size(); ++i) nodes[i] = &graph->nodes[i];
  *count = graph->nodes.size();
  return cudaSuccess;
}

cudaError_t cudaGraphNodeGetType(cudaGraphNode_t node, cudaGraphNodeType* type) {
  ENTER_RUNTIME();
  *type = node->type;
  return note(injected);
}

cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* ready, cudaGraph_t graph,
                                          unsigned long long) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!require(graphs().contains(graph), __func__, "a graph that does not exist"))
    return note(cudaErrorInvalidValue);
  *ready = new CUgraphExec_st{graph->work};
  graphs().insert(*ready);
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t ready, cudaStream_t stream) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!require(graphs().contains(ready), __func__, "a graph that does not exist") ||
      !usable(__func__, stream))
    return note(cudaErrorInvalidValue);
  for (const auto& work : ready->work) record(stream, work);
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  ENTER_RUNTIME();
  if (!require(graphs().erase(graph) == 1, __func__, "a graph that does not exist"))
    return note(cudaErrorInvalidValue);
  delete graph;
  return note(injected);
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t ready) {
  ENTER_RUNTIME();
  if (!require(graphs().erase(ready) == 1, __func__, "a graph that does not exist"))
    return note(cudaErrorInvalidValue);
  delete ready;
  return note(injected);
}

// ---- events: the host's clock when the stream gets there
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  ENTER_RUNTIME();
  delete event;
  return note(injected);
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  ENTER_RUNTIME();
  if (injected) return note(injected);
  if (!usable(__func__, stream)) return note(cudaErrorInvalidResourceHandle);
  event->stream = stream;
  record(stream, [=] { event->reached = std::chrono::steady_clock::now(); });
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) { return cudaStreamSynchronize(event->stream); }
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  ENTER_RUNTIME();
  *milliseconds = std::chrono::duration<float, std::milli>(to->reached - from->reached).count();
  return note(injected);
}

// ---- devices, versions, errors
cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  ENTER_RUNTIME();
  *free = *total = std::size_t{64} << 20;
  return note(injected);
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr which, int) {
  ENTER_RUNTIME();
  *value = which == cudaDevAttrMaxSharedMemoryPerBlockOptin
               ? static_cast<int>(stand_in::largest_shared)
               : 8;
  return note(injected);
}
cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute which, int value) {
  ENTER_RUNTIME();
  require(which == cudaFuncAttributeMaxDynamicSharedMemorySize && value >= 0 &&
              static_cast<std::size_t>(value) <= stand_in::largest_shared,
          "cudaFuncSetAttribute", "an attribute that is not imitated, or too much shared memory");
  stand_in::grant_shared(kernel, static_cast<std::size_t>(value));
  return note(injected);
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  ENTER_RUNTIME();
  *properties = {};
  std::strcpy(properties->name, "stand-in");
  properties->major = 8;
  return note(injected);
}
cudaError_t cudaDriverGetVersion(int* version) {
  ENTER_RUNTIME();
  *version = CUDART_VERSION;
  return note(injected);
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  ENTER_RUNTIME();
  *version = CUDART_VERSION;
  return note(injected);
}
const char* cudaGetErrorName(cudaError_t status) {
  return status == cudaErrorMemoryAllocation ? "cudaErrorMemoryAllocation" : "an error's name";
}
const char* cudaGetErrorString(cudaError_t) { return "an error's text"; }
cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }
