// Threads that share the work of one call.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace tubal::detail {

/// Runs independent tasks on a fixed set of threads. What a task computes must not depend on which
/// thread runs it, nor on how many there are: then results are the same bits for any number.
class thread_pool {
 public:
  /// `threads` in all, the caller's included; 0: as many as the machine has.
  explicit thread_pool(int threads);
  ~thread_pool();

  int size() const { return static_cast<int>(workers_.size()) + 1; }

  /// Items of a pass over memory (copies, sums, short transforms) below which waking threads takes
  /// longer than the pass.
  static constexpr std::int64_t worth_waking = 131072;

  /// `run` when there are enough `items` in all, else the same tasks on the calling thread.
  template <class F>
  void run_if_worth(std::int64_t items, std::int64_t count, F&& task) {
    if (items >= worth_waking) return run(count, task);
    for (std::int64_t i = 0; i < count; ++i) task(i, 0);
  }

  /// task(i, worker) for i = 0 .. count-1, each once, `worker` in 0 .. size()-1; returns when all
  /// are done. Tasks must not throw. Allocates nothing.
  template <class F>
  void run(std::int64_t count, F&& task) {
    if (count <= 1 || workers_.empty()) {
      for (std::int64_t i = 0; i < count; ++i) task(i, 0);
      return;
    }
    run_erased(
        count,
        [](void* f, std::int64_t i, int worker) {
          (*static_cast<std::remove_reference_t<F>*>(f))(i, worker);
        },
        const_cast<void*>(static_cast<const void*>(&task)));
  }

 private:
  using erased = void (*)(void*, std::int64_t, int);
  void run_erased(std::int64_t count, erased call, void* task);
  void work(int worker);
  void drain(int worker);

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::uint64_t round_ = 0;
  int busy_ = 0;
  bool stop_ = false;

  erased call_ = nullptr;
  void* task_ = nullptr;
  std::int64_t count_ = 0;
  std::atomic<std::int64_t> next_{0};
};

}  // namespace tubal::detail
