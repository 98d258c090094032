// Inside of the stand-in: one lock, device memory, streams, rules. Not for tests.
#pragma once

#include <driver_types.h>

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "stand_in.hpp"

// The real types are opaque; these are the stand-in's.
struct CUgraphNode_st {
  cudaGraphNodeType type = cudaGraphNodeTypeKernel;
};
struct CUgraph_st {
  std::vector<std::function<void()>> work;
  std::deque<CUgraphNode_st> nodes;
};
struct CUgraphExec_st {
  std::vector<std::function<void()>> work;
};
struct CUevent_st {
  CUstream_st* stream = nullptr;
  std::chrono::steady_clock::time_point reached;
};
struct CUstream_st {
  int device = 0;
  std::deque<std::function<void()>> work;  // recorded, not yet run
  std::set<void*> freed;                   // memory that some of it frees
  CUgraph_st* capture = nullptr;           // where work goes instead
  bool capture_invalid = false;
  std::thread::id capturing_thread;
  cudaError_t failed = cudaSuccess;
};

namespace stand_in {

/// Taken by every entry point: holds the lock, counts the call, knows the injected status.
class entry {
 public:
  entry(library which, const char* name);
  int status() const { return status_; }

 private:
  std::unique_lock<std::recursive_mutex> lock_;
  int status_ = 0;
};
#define STAND_IN_ENTER(which, result)                             \
  const stand_in::entry here(stand_in::library::which, __func__); \
  if (here.status() != 0) return static_cast<result>(here.status())

void violate(const std::string& rule);
/// `condition`, noted as a broken rule of `who` when false.
bool require(bool condition, const char* who, const std::string& rule);

// ---- devices and memory
int current_device();
void* allocate_device(std::size_t bytes);  // null: out of memory
/// False: not such memory. The real call waits for the device first, unless it is stream-ordered.
bool free_device(void* data, bool waits = true);
/// Whether [p, p + bytes) lies in one allocation of the current device; a broken rule when not.
bool on_device(const char* who, const void* p, std::size_t bytes);
bool in_device_memory(const void* p);
/// The allocation that holds `p`; data is null where none does. `serial` differs between two that
/// had the same address one after the other.
struct extent {
  void* data = nullptr;
  std::size_t bytes = 0;
  std::int64_t serial = 0;
};
extent allocation_of(const void* p);
/// Writes NaN (all bits set) to memory that a library may use as it likes. While work runs.
void scribble(void* p, std::size_t bytes);

// ---- streams
/// Whether work can be put on the stream; broken rules when not.
bool usable(const char* who, cudaStream_t stream);
/// `type`: what a capture notes it as; library calls count as kernels. A kernel, or the routine of
/// the last entry, that is captured before it was used breaks a rule: code is loaded at the first
/// use.
void record(cudaStream_t stream, std::function<void()> work,
            cudaGraphNodeType type = cudaGraphNodeTypeKernel, const void* kernel = nullptr);
void run_recorded(cudaStream_t stream);
void run_everything();
std::set<CUstream_st*>& streams();
std::set<void*>& graphs();
/// Whether this thread is capturing; if so the capture is invalid from now on.
bool spoil_captures();

void note_wait();
void note_launch();

/// Dynamic shared memory that a block may have at all; and what a kernel has been allowed last (it
/// may have 48 KiB unasked).
inline constexpr std::size_t largest_shared = 232448;
void grant_shared(const void* kernel, std::size_t bytes);
std::size_t shared_granted(const void* kernel);
/// One more handle or one less.
void count_handle(int change);
/// What was injected for the next matrix of an iterative factorisation.
spoiled next_matrix();

}  // namespace stand_in
