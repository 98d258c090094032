// Memory spaces. A space is part of the type of every tensor and context, so that data of one
// space cannot be handed to a call of another.
#pragma once

struct CUstream_st;  // cudaStream_t is a pointer to this; no CUDA header is needed here

namespace tubal {

class device_allocator;  // device_allocator.hpp

/// Main memory; algorithms run on the CPU.
struct host {
  struct options {
    /// Threads that share the work of one call, the calling thread included.
    /// 0: as many as the machine has. Results do not depend on it, to the bit.
    int threads = 0;
  };
  static constexpr const char* name = "host";
};

/// Memory of an NVIDIA GPU; algorithms run on the caller's stream.
struct cuda {
  struct options {
    options() = default;
    options(CUstream_st* caller_stream) : stream(caller_stream) {}  // context<cuda> ctx{stream};
    /// Every call enqueues here. It must outlive the context and every tensor and plan made with
    /// it. nullptr: the context makes a non-blocking stream of its own.
    CUstream_st* stream = nullptr;
    /// Where device memory comes from. nullptr: see device_allocator.hpp.
    device_allocator* allocator = nullptr;
  };
  static constexpr const char* name = "cuda";
};

}  // namespace tubal
