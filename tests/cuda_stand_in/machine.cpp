#include "machine.hpp"

#include <cuda_runtime_api.h>
#include <sys/mman.h>

#include <cstring>
#include <map>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n)
#define ASAN_UNPOISON_MEMORY_REGION(p, n)
#endif

namespace stand_in {
namespace {

constexpr std::size_t page = 4096;

struct allocation {
  std::size_t bytes = 0;
  int device = 0;
  std::int64_t serial = 0;
  std::size_t mapped() const { return (bytes + page - 1) / page * page; }
};

struct injected {
  library which = library::runtime;
  std::int64_t call = -1, allocation = -1, matrix = -1;
  int status = 0, broken = 0;
  spoiled how = spoiled::nothing;
  bool happened = false;
};

struct machine {
  std::recursive_mutex lock;
  std::map<std::uintptr_t, allocation> memory;
  std::set<CUstream_st*> streams;
  std::set<void*> graphs;
  std::set<const void*> used;  // kernels, and names of routines
  std::vector<std::string> violations;
  counts counted;
  injected failure;
  std::int64_t handles = 0;
  int running = 0, devices = 2, broken = 0;
};

machine& the() {
  static machine* m = new machine;  // outlives every static object
  return *m;
}
thread_local int device_of_thread = 0;
thread_local const char* routine = "";  // that was entered last

/// The host may touch device memory only while the device works. Not so for cuBLAS's workspace and
/// the like: that would be most of the time.
constexpr std::size_t largest_protected = std::size_t{1} << 20;
void protect(int access) {
  for (const auto& [address, a] : the().memory)
    if (a.bytes <= largest_protected)
      mprotect(reinterpret_cast<void*>(address), a.mapped(), access);
}

/// Memory behind the last byte, up to the guard page.
struct tail {
  unsigned char* data;
  std::size_t bytes;
  tail(std::uintptr_t address, const allocation& a)
      : data(reinterpret_cast<unsigned char*>(address) + a.bytes), bytes(a.mapped() - a.bytes) {}
  bool intact() const {
    for (std::size_t i = 0; i < bytes; ++i)
      if (data[i] != 0xff) return false;
    return true;
  }
};

void run_list(std::deque<std::function<void()>>& work) {
  machine& m = the();
  if (work.empty()) return;
  if (m.running++ == 0) protect(PROT_READ | PROT_WRITE);
  while (!work.empty()) {
    const std::function<void()> next = std::move(work.front());
    work.pop_front();
    next();
  }
  if (--m.running == 0) protect(PROT_NONE);
}

}  // namespace

entry::entry(library which, const char* name) : lock_(the().lock) {
  machine& m = the();
  routine = name;
  ++m.counted.calls[static_cast<int>(which)];
  injected& f = m.failure;
  if (m.broken != 0 && which == library::runtime) status_ = m.broken;
  if (f.call < 0 || f.which != which || f.call-- != 0) return;
  f.happened = true;
  status_ = f.status;
}

void violate(const std::string& rule) { the().violations.push_back(rule); }

bool require(bool condition, const char* who, const std::string& rule) {
  if (!condition) violate(std::string(who) + ": " + rule);
  return condition;
}

int current_device() { return device_of_thread; }

void* allocate_device(std::size_t bytes) {
  machine& m = the();
  ++m.counted.allocations;
  if (m.failure.allocation >= 0 && m.failure.allocation-- == 0) {
    m.failure.happened = true;
    return nullptr;
  }
  const allocation a{bytes, device_of_thread, m.counted.allocations};
  void* start = mmap(nullptr, a.mapped() + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  void* data = static_cast<unsigned char*>(start) + page;  // a guard page on both sides
  mprotect(data, a.mapped(), PROT_READ | PROT_WRITE);
  std::memset(data, 0xff, a.mapped());  // NaN
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  const tail behind(address, a);
  ASAN_POISON_MEMORY_REGION(behind.data, behind.bytes);
  m.memory[address] = a;
  if (m.running == 0 && bytes <= largest_protected) mprotect(data, a.mapped(), PROT_NONE);
  return data;
}

bool free_device(void* data, bool waits) {
  machine& m = the();
  const auto found = m.memory.find(reinterpret_cast<std::uintptr_t>(data));
  if (found == m.memory.end()) return false;
  if (waits) run_everything();
  const tail behind(found->first, found->second);
  mprotect(data, found->second.mapped(), PROT_READ | PROT_WRITE);
  ASAN_UNPOISON_MEMORY_REGION(behind.data, behind.bytes);
  require(behind.intact(), "cudaFree", "something was written behind the end of the memory");
  munmap(static_cast<unsigned char*>(data) - page, found->second.mapped() + 2 * page);
  m.memory.erase(found);
  return true;
}

bool in_device_memory(const void* p) {
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  auto after = the().memory.upper_bound(address);
  if (after == the().memory.begin()) return false;
  --after;
  return address < after->first + after->second.bytes;
}

extent allocation_of(const void* p) {
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  auto after = the().memory.upper_bound(address);
  if (after == the().memory.begin()) return {};
  --after;
  if (address >= after->first + after->second.bytes) return {};
  return {reinterpret_cast<void*>(after->first), after->second.bytes, after->second.serial};
}

bool on_device(const char* who, const void* p, std::size_t bytes) {
  if (bytes == 0) return true;
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  auto after = the().memory.upper_bound(address);
  const bool found = after != the().memory.begin();
  if (found) --after;
  if (!require(found && address < after->first + after->second.bytes, who,
               "not a pointer to device memory"))
    return false;
  return require(after->second.device == device_of_thread, who, "memory of another device") &&
         require(address + bytes <= after->first + after->second.bytes, who,
                 std::to_string(bytes) + " bytes reach past the end of the memory");
}

void scribble(void* p, std::size_t bytes) {
  if (bytes != 0) std::memset(p, 0xff, bytes);
}

bool usable(const char* who, cudaStream_t stream) {
  if (!require(stream && stream != cudaStreamLegacy && stream != cudaStreamPerThread, who,
               "the default stream"))
    return false;
  return require(the().streams.contains(stream), who, "a stream that does not exist") &&
         require(stream->device == device_of_thread, who, "a stream of another device");
}

void record(cudaStream_t stream, std::function<void()> work, cudaGraphNodeType type,
            const void* kernel) {
  if (type == cudaGraphNodeTypeKernel) {
    const bool first = the().used.insert(kernel ? kernel : routine).second;
    require(!first || !stream->capture, routine, "first use under capture");
  }
  if (stream->capture) {
    stream->capture->work.push_back(std::move(work));
    stream->capture->nodes.push_back({type});
  } else {
    stream->work.push_back(std::move(work));
  }
}

void run_recorded(cudaStream_t stream) { run_list(stream->work); }
void run_everything() {
  for (CUstream_st* s : the().streams) run_list(s->work);
}

std::set<CUstream_st*>& streams() { return the().streams; }
std::set<void*>& graphs() { return the().graphs; }

bool spoil_captures() {
  bool any = false;
  for (CUstream_st* s : the().streams)
    if (s->capture && s->capturing_thread == std::this_thread::get_id())
      any = s->capture_invalid = true;
  return any;
}

void note_wait() { ++the().counted.waits; }
void note_launch() { ++the().counted.launches; }
void count_handle(int change) { the().handles += change; }

spoiled next_matrix() {
  injected& f = the().failure;
  if (f.matrix < 0 || f.matrix-- != 0) return spoiled::nothing;
  f.happened = true;
  return f.how;
}

// ---- for tests
counts count() {
  const std::lock_guard hold(the().lock);
  return the().counted;
}

existing now() {
  const std::lock_guard hold(the().lock);
  existing e;
  for (const auto& [address, a] : the().memory) {
    ++e.allocations;
    e.bytes += static_cast<std::int64_t>(a.bytes);
  }
  e.handles = the().handles + static_cast<std::int64_t>(the().streams.size() + the().graphs.size());
  return e;
}

std::vector<std::string> take_violations() {
  const std::lock_guard hold(the().lock);
  return std::exchange(the().violations, {});
}

void fail_call(library which, std::int64_t index, int status) {
  const std::lock_guard hold(the().lock);
  the().failure = {};
  the().failure.which = which;
  the().failure.call = index;
  the().failure.status = status;
}
void fail_allocation(std::int64_t index) {
  const std::lock_guard hold(the().lock);
  the().failure = {};
  the().failure.allocation = index;
}
void spoil_matrix(std::int64_t index, spoiled how) {
  const std::lock_guard hold(the().lock);
  the().failure = {};
  the().failure.matrix = index;
  the().failure.how = how;
}
void forget_uses() {
  const std::lock_guard hold(the().lock);
  the().used.clear();
}
void break_device(int status) {
  const std::lock_guard hold(the().lock);
  the().broken = status;
}
bool happened() {
  const std::lock_guard hold(the().lock);
  return the().failure.happened;
}
void no_failures() {
  const std::lock_guard hold(the().lock);
  the().failure = {};
  the().broken = 0;
}
void set_devices(int devices) {
  const std::lock_guard hold(the().lock);
  the().devices = devices;
}

}  // namespace stand_in

// ---- entry points about devices
cudaError_t cudaGetDeviceCount(int* count) {
  STAND_IN_ENTER(runtime, cudaError_t);
  *count = stand_in::the().devices;
  return *count == 0 ? cudaErrorNoDevice : cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  STAND_IN_ENTER(runtime, cudaError_t);
  *device = stand_in::device_of_thread;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  STAND_IN_ENTER(runtime, cudaError_t);
  if (device < 0 || device >= stand_in::the().devices) return cudaErrorInvalidDevice;
  stand_in::device_of_thread = device;
  return cudaSuccess;
}
