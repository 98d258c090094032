// That the check of captured graphs in tests/gpu sees what it is there for.
#include "gpu/captured.hpp"
#include "stand_in.hpp"

namespace tubal::test {
namespace {

using graph_nodes = gpu_test;

TEST_F(graph_nodes, allocations_are_seen) {
  void* data = nullptr;
  const captured graph(stream(), [&] { succeed(cudaMallocAsync(&data, 100, stream())); });
  EXPECT_EQ(forbidden_nodes(graph), 1u);
  succeed(cudaFree(data));
  EXPECT_FALSE(stand_in::take_violations().empty());
}

TEST_F(graph_nodes, copies_and_kernels_are_allowed) {
  tensor<double, cuda> x(ctx(), {5, 5, 1}), y(ctx(), {5, 5, 1});
  const auto work = [&] {
    set_identity(ctx(), x);
    copy<double, cuda>(ctx(), x, y);
  };
  work();
  const captured graph(stream(), work);
  const std::vector<cudaGraphNodeType> wanted{cudaGraphNodeTypeKernel, cudaGraphNodeTypeMemcpy};
  EXPECT_EQ(graph.node_types(), wanted);
  EXPECT_EQ(forbidden_nodes(graph), 0u);
}

}  // namespace
}  // namespace tubal::test
