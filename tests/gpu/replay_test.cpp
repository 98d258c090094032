// Every operation: eager on a stream of the caller's, then captured and replayed on fresh data; the
// same bits, and nothing allocated by the graph.
#include "captured.hpp"
#include "operations.hpp"

namespace tubal::test {
namespace {

constexpr unsigned rounds = 3;

template <class T>
void replays_are_eager(context<cuda>& ctx, cudaStream_t stream, const operation<T>& prepare) {
  std::vector<std::vector<T>> eager;
  for (unsigned round = 0; round < rounds; ++round) {
    buffers<T> b(ctx);
    const auto work = prepare(b);
    for (unsigned r = b.goes_on ? 0 : round; r <= round; ++r) {
      b.refresh(r);
      work();
    }
    eager.push_back(b.results());
  }
  buffers<T> b(ctx);
  const auto work = prepare(b);
  captured graph(stream, work);
  EXPECT_GT(graph.node_types().size(), 0u);
  EXPECT_EQ(forbidden_nodes(graph), 0u);
  for (unsigned round = 0; round < rounds; ++round) {
    b.refresh(round);
    graph.replay();
    EXPECT_TRUE(same_bits(b.results(), eager[round])) << "round " << round;
  }
}

struct named {
  std::string name;
  std::function<void(context<cuda>&, cudaStream_t)> check;
};
std::ostream& operator<<(std::ostream& out, const named& n) { return out << n.name; }

template <class T>
void add_operations(std::vector<named>& all, const std::string& precision) {
  for (const auto& [name, prepare] : operations<T>()) {
    all.push_back({name + "_" + precision, [p = prepare](context<cuda>& ctx, cudaStream_t stream) {
                     replays_are_eager<T>(ctx, stream, p);
                   }});
  }
}

std::vector<named> every_operation() {
  std::vector<named> all;
  add_operations<float>(all, "float");
  add_operations<double>(all, "double");
  return all;
}

class replay : public gpu_test, public testing::WithParamInterface<named> {};

TEST_P(replay, has_the_bits_of_the_eager_call) { GetParam().check(ctx(), stream()); }

INSTANTIATE_TEST_SUITE_P(gpu, replay, testing::ValuesIn(every_operation()),
                         [](const auto& test) { return test.param.name; });

using recorded_steps = gpu_test;

TEST_F(recorded_steps, have_the_bits_of_the_eager_ones) {
  const auto factor_after = [&](std::int64_t recorded) {
    buffers<double> b(ctx());
    descent<double> d(b, 4);
    if (recorded > 0) d.run.prepare_steps(recorded);
    b.refresh(0);
    d.run.steps(10);
    return b.results();
  };
  const auto eager = factor_after(0);
  EXPECT_TRUE(same_bits(factor_after(1), eager));
  EXPECT_TRUE(same_bits(factor_after(4), eager)) << "and two steps left";
}

}  // namespace
}  // namespace tubal::test
