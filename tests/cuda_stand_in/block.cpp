// Blocks of CUDA threads on one thread of the host. Threads run one after the other; those that
// meet a barrier are kept on stacks of their own (fibers) until all have come.
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "device.hpp"
#include "machine.hpp"
#undef threadIdx
#undef blockIdx
#undef blockDim
#undef gridDim

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#else
#define __sanitizer_start_switch_fiber(save, stack, size)
#define __sanitizer_finish_switch_fiber(save, stack, size)
#endif

namespace stand_in {

thread_local thread_place place;

namespace {

constexpr std::size_t stack_bytes = 128 << 10;
bool backwards = false, dropped = false;

/// Where to go on: swapcontext would ask the kernel of the host twice at every switch.
using place_in_code = void* [5];
/// Not marked as a function that does not return: the address sanitizer need not know.
__attribute__((noinline, no_sanitize("address", "undefined"))) void go_to(place_in_code& there) {
  __builtin_longjmp(there, 1);
}

struct fiber {
  ucontext_t context{};  // to begin
  place_in_code resume{};
  bool begun = false;
  std::unique_ptr<unsigned char[]> stack{new unsigned char[stack_bytes]};
  void* fake_stack = nullptr;  // address sanitizer's
  unsigned thread = 0;
};

/// One block: starts threads, and goes round those that wait at a barrier.
class block_runner {
 public:
  void run(unsigned threads, const std::function<void()>& body) {
    body_ = &body;
    threads_ = threads;
    started_ = 0;
    std::vector<fiber*> waiting;
    while (started_ < threads_) switch_to(idle_fiber(), waiting);
    while (!waiting.empty()) {
      require(waiting.size() == threads_, "__syncthreads", "some threads have left the kernel");
      std::vector<fiber*> again;
      for (fiber* f : waiting) switch_to(f, again);
      waiting = std::move(again);
    }
  }

  void barrier() {
    fiber* self = current_;
    at_barrier_ = true;
    __sanitizer_start_switch_fiber(&self->fake_stack, scheduler_stack_, scheduler_bytes_);
    if (__builtin_setjmp(self->resume) == 0) go_to(scheduler_);
    self = current_;  // registers are not what they were
    __sanitizer_finish_switch_fiber(self->fake_stack, &scheduler_stack_, &scheduler_bytes_);
    set_place(self->thread);
  }

 private:
  fiber* idle_fiber() {
    if (idle_.empty()) {
      all_.push_back(std::make_unique<fiber>());
      idle_.push_back(all_.back().get());
    }
    fiber* f = idle_.back();
    idle_.pop_back();
    getcontext(&f->context);
    f->context.uc_stack.ss_sp = f->stack.get();
    f->context.uc_stack.ss_size = stack_bytes;
    f->fake_stack = nullptr;
    f->begun = false;
    makecontext(&f->context, enter, 0);
    return f;
  }

  /// Runs f until it is done, and idle, or waits.
  void switch_to(fiber* f, std::vector<fiber*>& waiting) {
    current_ = f;
    at_barrier_ = false;
    void* fake_stack = nullptr;
    static_cast<void>(fake_stack);
    __sanitizer_start_switch_fiber(&fake_stack, f->stack.get(), stack_bytes);
    if (__builtin_setjmp(scheduler_) == 0) begin_or_resume(*f);
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
    (at_barrier_ ? waiting : idle_).push_back(f);
  }

  static void begin_or_resume(fiber& f) {
    if (std::exchange(f.begun, true)) go_to(f.resume);
    setcontext(&f.context);
  }

  static void enter();
  /// Threads, until one waits on this stack or all have started.
  void run_threads() {
    __sanitizer_finish_switch_fiber(nullptr, &scheduler_stack_, &scheduler_bytes_);
    fiber* self = current_;
    while (started_ < threads_) {
      const unsigned next = started_++;
      self->thread = backwards ? threads_ - 1 - next : next;
      set_place(self->thread);
      (*body_)();
    }
    __sanitizer_start_switch_fiber(nullptr, scheduler_stack_, scheduler_bytes_);
    go_to(scheduler_);
  }

  static void set_place(unsigned thread) { place.thread = {thread, 0, 0}; }

  std::vector<std::unique_ptr<fiber>> all_;
  std::vector<fiber*> idle_;
  const std::function<void()>* body_ = nullptr;
  unsigned threads_ = 0, started_ = 0;
  fiber* current_ = nullptr;
  bool at_barrier_ = false;
  place_in_code scheduler_{};
  const void* scheduler_stack_ = nullptr;
  std::size_t scheduler_bytes_ = 0;
};

thread_local block_runner runner;
void block_runner::enter() { runner.run_threads(); }

thread_local std::vector<unsigned char> shared;

void run_grid(dim3 grid, dim3 block, std::size_t shared_bytes, const std::function<void()>& body) {
  place.grid_dim = grid;
  place.block_dim = block;
  for (unsigned b = 0; b < grid.x; ++b) {
    shared.assign(shared_bytes, 0xff);  // NaN
    place.block = {backwards ? grid.x - 1 - b : b, 0, 0};
    runner.run(block.x, body);
  }
}

}  // namespace

void barrier() { runner.barrier(); }
unsigned char* dynamic_shared() { return shared.data(); }

cudaError_t record_kernel(const cudaLaunchConfig_t& config, const void* kernel,
                          std::function<void()> body) {
  const entry here(library::runtime, "kernel launch");
  if (here.status() != 0) return static_cast<cudaError_t>(here.status());
  const dim3 grid = config.gridDim, block = config.blockDim;
  if (!usable("kernel launch", config.stream)) return cudaErrorInvalidResourceHandle;
  if (!require(grid.x > 0 && grid.x <= 0x7fffffffu && grid.y == 1 && grid.z == 1 && block.x > 0 &&
                   block.x <= 1024 && block.y == 1 && block.z == 1 &&
                   config.dynamicSmemBytes <= shared_granted(kernel) && config.numAttrs == 0,
               "kernel launch", "a configuration that cannot be launched, or is not imitated"))
    return cudaErrorInvalidConfiguration;
  note_launch();
  if (dropped) return cudaSuccess;
  const std::size_t shared_bytes = config.dynamicSmemBytes;
  record(
      config.stream, [=, work = std::move(body)] { run_grid(grid, block, shared_bytes, work); },
      cudaGraphNodeTypeKernel, kernel);
  return cudaSuccess;
}

void check_argument(const void* argument, std::size_t bytes) {
  for (std::size_t at = 0; at + sizeof(std::uintptr_t) <= bytes; at += sizeof(std::uintptr_t)) {
    std::uintptr_t word;
    std::memcpy(&word, static_cast<const char*>(argument) + at, sizeof word);
    if (word < std::uintptr_t{1} << 40 || word >= std::uintptr_t{1} << 47) continue;
    const auto* p = reinterpret_cast<const void*>(word);
    unsigned char resident;
    const bool mapped =
        mincore(reinterpret_cast<void*>(word & ~std::uintptr_t{4095}), 1, &resident) == 0;
    require(!mapped || in_device_memory(p), "kernel launch", "an argument points to host memory");
  }
}

namespace {
std::map<const void*, std::size_t>& granted() {
  static auto* all = new std::map<const void*, std::size_t>;
  return *all;
}
}  // namespace
void grant_shared(const void* kernel, std::size_t bytes) { granted()[kernel] = bytes; }
std::size_t shared_granted(const void* kernel) {
  const auto found = granted().find(kernel);
  return std::max(std::size_t{48} << 10, found == granted().end() ? 0 : found->second);
}

void run_backwards(bool on) { backwards = on; }
void drop_kernels(bool on) { dropped = on; }

}  // namespace stand_in
