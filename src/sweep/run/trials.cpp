#include "sweep/run/trials.hpp"

#include "sweep/run/strand.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace tubal::sweep {

namespace {

/// The first error of several threads.
class first_error {
 public:
  template <class F>
  void guard(F&& work) {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      failed_ = true;
    }
  }
  bool failed() const { return failed_; }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr error_;
  std::atomic<bool> failed_ = false;
};

std::vector<trial_result> joined(std::vector<std::vector<trial_result>> parts) {
  std::vector<trial_result> all;
  for (auto& part : parts)
    for (auto& result : part) all.push_back(std::move(result));
  return all;
}

/// Threads, each with a context of one thread, that take one strand after the other.
template <class T>
class host_runner final : public trial_runner {
 public:
  host_runner(int threads, measuring measured, trial_kind kind)
      : width_(usable(threads)), measured_(std::move(measured)), kind_(kind) {
    for (int w = 0; w < width_; ++w) contexts_.emplace_back(host::options{.threads = 1});
  }

  int width() const override { return width_; }

  std::vector<trial_result> run(const chunk& strands, const trial_watch& watch) override {
    std::vector<std::vector<trial_result>> results(strands.size());
    std::atomic<std::size_t> next = 0;
    first_error error;
    const trial_watch guarded{[&] { return error.failed() || watch.stop(); }, watch.advanced};
    const auto work = [&](context<host>& ctx) {
      error.guard([&] {
        strand_runner<T, host> runner(ctx, measured_, kind_, guarded);
        for (auto i = next++; i < strands.size(); i = next++) runner.run(strands[i], results[i]);
      });
    };
    std::vector<std::thread> threads;
    const auto needed = std::min(contexts_.size(), strands.size());
    for (std::size_t w = 1; w < needed; ++w) threads.emplace_back([&, w] { work(contexts_[w]); });
    work(contexts_.front());
    for (auto& thread : threads) thread.join();
    error.rethrow();
    return joined(std::move(results));
  }

 private:
  /// One, where the BLAS allows no more.
  static int usable(int threads) {
    return std::stoi(context<host>({.threads = threads}).description().at("threads"));
  }

  int width_;
  measuring measured_;
  trial_kind kind_;
  std::vector<context<host>> contexts_;
};

#if TUBAL_HAS_CUDA
/// One trial after the other.
template <class T>
class cuda_runner final : public trial_runner {
 public:
  cuda_runner(measuring measured, trial_kind kind) : measured_(std::move(measured)), kind_(kind) {}

  int width() const override { return 1; }

  std::vector<trial_result> run(const chunk& strands, const trial_watch& watch) override {
    std::vector<trial_result> results;
    strand_runner<T, cuda> runner(ctx_, measured_, kind_, watch);
    for (const auto& s : strands) runner.run(s, results);
    return results;
  }

 private:
  measuring measured_;
  trial_kind kind_;
  context<cuda> ctx_;
};
#endif

template <class T>
std::unique_ptr<trial_runner> make(const machine& where, const measuring& measured,
                                   trial_kind kind) {
#if TUBAL_HAS_CUDA
  if (where.device == "cuda") return std::make_unique<cuda_runner<T>>(measured, kind);
#endif
  return std::make_unique<host_runner<T>>(where.threads, measured, kind);
}

}  // namespace

std::unique_ptr<trial_runner> make_trial_runner(const machine& where, const measuring& measured,
                                                trial_kind kind) {
  if (where.device == "cuda") require_cuda();
  if (where.precision == "float") return make<float>(where, measured, kind);
  return make<double>(where, measured, kind);
}

}  // namespace tubal::sweep
