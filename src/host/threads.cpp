#include "host/threads.hpp"

namespace tubal::detail {

thread_pool::thread_pool(int threads) {
  const int hardware = static_cast<int>(std::thread::hardware_concurrency());
  const int wanted = threads > 0 ? threads : (hardware > 0 ? hardware : 1);
  for (int w = 1; w < wanted; ++w) workers_.emplace_back([this, w] { work(w); });
}

thread_pool::~thread_pool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& t : workers_) t.join();
}

void thread_pool::run_erased(std::int64_t count, erased call, void* task) {
  {
    const std::lock_guard lock(mutex_);
    call_ = call;
    task_ = task;
    count_ = count;
    next_ = 0;
    ++round_;
  }
  wake_.notify_all();
  drain(0);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
  call_ = nullptr;  // who wakes up now has come too late, and nobody waits for it
}

void thread_pool::work(int worker) {
  std::uint64_t seen = 0;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stop_ || (call_ != nullptr && round_ != seen); });
      if (stop_) return;
      seen = round_;
      ++busy_;
    }
    drain(worker);
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0) done_.notify_one();
  }
}

void thread_pool::drain(int worker) {
  for (std::int64_t i = next_++; i < count_; i = next_++) call_(task_, i, worker);
}

}  // namespace tubal::detail
