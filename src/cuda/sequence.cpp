// Captured work and named ranges.
#include <nvtx3/nvToolsExt.h>

#include "cuda/context.hpp"

namespace tubal::detail {

struct backend<cuda>::sequence::state {
  int device;
  cudaStream_t stream;
  graph_handle graph;
  graph_exec_handle executable;
};

backend<cuda>::sequence::sequence(backend& b, const std::function<void()>& enqueue)
    : state_(new state{b.internals().device, b.internals().stream, {}, {}}) {
  state& s = *state_;
  const device_guard guard(s.device);
  check(cudaStreamBeginCapture(s.stream, cudaStreamCaptureModeThreadLocal),
        {"cudaStreamBeginCapture"});
  cudaGraph_t captured = nullptr;
  try {
    enqueue();
  } catch (...) {
    if (cudaStreamEndCapture(s.stream, &captured) == cudaSuccess) graph_handle discarded(captured);
    static_cast<void>(cudaGetLastError());
    throw;
  }
  check(cudaStreamEndCapture(s.stream, &captured), {"cudaStreamEndCapture"});
  s.graph = graph_handle(captured);
  s.executable = create<graph_exec_handle>({"cudaGraphInstantiate"}, cudaGraphInstantiateWithFlags,
                                           captured, 0ULL);
}

backend<cuda>::sequence::~sequence() {
  if (!state_) return;
  const device_guard guard(state_->device);
  state_.reset();
}
backend<cuda>::sequence::sequence(sequence&&) noexcept = default;

void backend<cuda>::sequence::replay() {
  const device_guard guard(state_->device);
  check(cudaGraphLaunch(state_->executable.get(), state_->stream), {"cudaGraphLaunch"});
}

backend<cuda>::range::range(const char* name) { nvtxRangePushA(name); }
backend<cuda>::range::~range() { nvtxRangePop(); }

}  // namespace tubal::detail
