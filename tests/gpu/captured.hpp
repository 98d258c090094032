// Work captured from a stream, as a program that uses tubal would.
#pragma once

#include "gpu_test.hpp"

namespace tubal::test {

class captured {
 public:
  template <class Work>
  captured(cudaStream_t stream, const Work& work) : stream_(stream) {
    succeed(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
    try {
      work();
    } catch (...) {
      cudaStreamEndCapture(stream, &graph_);
      release();
      throw;
    }
    succeed(cudaStreamEndCapture(stream, &graph_));
    succeed(cudaGraphInstantiateWithFlags(&ready_, graph_, 0));
  }
  ~captured() { release(); }
  captured(const captured&) = delete;
  captured& operator=(const captured&) = delete;

  void replay() { succeed(cudaGraphLaunch(ready_, stream_)); }

  std::vector<cudaGraphNodeType> node_types() const {
    std::size_t count = 0;
    succeed(cudaGraphGetNodes(graph_, nullptr, &count));
    std::vector<cudaGraphNode_t> nodes(count);
    succeed(cudaGraphGetNodes(graph_, nodes.data(), &count));
    std::vector<cudaGraphNodeType> types(count);
    for (std::size_t i = 0; i < count; ++i) succeed(cudaGraphNodeGetType(nodes[i], &types[i]));
    return types;
  }

 private:
  void release() {
    if (ready_) cudaGraphExecDestroy(ready_);
    if (graph_) cudaGraphDestroy(graph_);
  }
  cudaStream_t stream_;
  cudaGraph_t graph_ = nullptr;
  cudaGraphExec_t ready_ = nullptr;
};

/// Nodes that a captured execute must not leave: memory that is allocated or freed, and functions
/// of the host, which may wait.
inline std::size_t forbidden_nodes(const captured& graph) {
  const auto types = graph.node_types();
  return static_cast<std::size_t>(std::count_if(types.begin(), types.end(), [](auto type) {
    return type == cudaGraphNodeTypeMemAlloc || type == cudaGraphNodeTypeMemFree ||
           type == cudaGraphNodeTypeHost;
  }));
}

}  // namespace tubal::test
