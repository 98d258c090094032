// Where a benchmark computes, and by which clock: of the host, or events on a stream of a GPU.
#pragma once

#include <tubal/context.hpp>
#include <tubal/error.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>
#if TUBAL_HAS_CUDA
#include <cuda_runtime_api.h>
#endif

namespace bench {

template <class Space>
class machine;

template <>
class machine<tubal::host> {
 public:
  explicit machine(int wanted)
      : threads(wanted > 0 ? wanted : static_cast<int>(std::thread::hardware_concurrency())),
        ctx({.threads = threads}) {}
  const int threads;
  tubal::context<tubal::host> ctx;

  std::vector<std::string> ways(bool) const { return {""}; }
  void start(const std::string&, const std::string&) {}
  void choose_clock(benchmark::internal::Benchmark* b) const { b->UseRealTime(); }

  /// The loop of Google Benchmark over `work`.
  template <class Work>
  void time(benchmark::State& state, const Work& work) {
    for (auto _ : state) work();
    ctx.wait();
  }
};

#if TUBAL_HAS_CUDA
inline void check(cudaError_t status) {
  if (status != cudaSuccess) throw tubal::device_error(cudaGetErrorString(status));
}

struct owned_stream {
  owned_stream() { check(cudaStreamCreateWithFlags(&get, cudaStreamNonBlocking)); }
  ~owned_stream() { cudaStreamDestroy(get); }
  owned_stream(const owned_stream&) = delete;
  owned_stream& operator=(const owned_stream&) = delete;
  cudaStream_t get = nullptr;
};

template <>
class machine<tubal::cuda> {
 public:
  machine() : ctx(stream.get) {
    for (cudaEvent_t* e : {&from_, &to_}) check(cudaEventCreateWithFlags(e, cudaEventDefault));
  }
  ~machine() {
    for (cudaEvent_t e : {from_, to_}) cudaEventDestroy(e);
  }
  const owned_stream stream;
  tubal::context<tubal::cuda> ctx;

  /// What only enqueues is timed as a graph, too.
  std::vector<std::string> ways(bool capturable) const {
    return capturable ? std::vector<std::string>{"", ", graph"} : std::vector<std::string>{""};
  }
  void start(const std::string& row, const std::string& way) {
    as_graph_ = !way.empty();
    if (row + way != started_) calls_ = 0;
    started_ = row + way;
  }
  void choose_clock(benchmark::internal::Benchmark* b) const { b->UseManualTime(); }

  template <class Work>
  void time(benchmark::State& state, const Work& work) {
    if (as_graph_) {
      time_graph(state, work);
    } else {
      time_calls(state, work);
    }
  }

 private:
  template <class Work>
  void time_graph(benchmark::State& state, const Work& work) {
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t ready = nullptr;
    check(cudaStreamBeginCapture(stream.get, cudaStreamCaptureModeThreadLocal));
    work();
    check(cudaStreamEndCapture(stream.get, &graph));
    check(cudaGraphInstantiateWithFlags(&ready, graph, 0));
    time_calls(state, [&] { check(cudaGraphLaunch(ready, stream.get)); });
    cudaGraphExecDestroy(ready);
    cudaGraphDestroy(graph);
  }

  /// In batches of about 2 ms between two events, so that the gaps between calls count and those
  /// between batches do not. One size of batches for a row: repetitions must be of one length.
  template <class Work>
  void time_calls(benchmark::State& state, const Work& work) {
    work();
    if (calls_ == 0) {
      const double once = std::max(seconds(work, 1), 1e-7);
      calls_ = static_cast<std::int64_t>(std::clamp(2e-3 / once, 1.0, 1000.0));
    }
    while (state.KeepRunningBatch(calls_)) state.SetIterationTime(seconds(work, calls_));
  }
  template <class Work>
  double seconds(const Work& work, std::int64_t calls) {
    check(cudaEventRecord(from_, stream.get));
    for (std::int64_t i = 0; i < calls; ++i) work();
    check(cudaEventRecord(to_, stream.get));
    ctx.wait();
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, from_, to_));
    return 1e-3 * static_cast<double>(milliseconds);
  }

  cudaEvent_t from_ = nullptr, to_ = nullptr;
  bool as_graph_ = false;
  std::string started_;
  std::int64_t calls_ = 0;  // 0: not known yet
};
#endif

}  // namespace bench
