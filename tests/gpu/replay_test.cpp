// Every operation: eager on a stream of the caller's, then captured and replayed on fresh data; the
// same bits, and nothing allocated by the graph. And on views that are aligned to an element alone.
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

/// To rounding: with vectors that are aligned otherwise, cuBLAS may add in another order.
template <class T>
void alignment_does_not_matter(context<cuda>& ctx, const operation<T>& prepare) {
  const auto run = [&](std::int64_t first) {
    buffers<T> b(ctx, first);
    const auto work = prepare(b);
    b.refresh(0);
    work();
    return b.results();
  };
  const auto aligned = run(0), found = run(1);
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < aligned.size(); ++i) {
    difference += std::pow(double(found[i]) - double(aligned[i]), 2);
    norm += std::pow(double(aligned[i]), 2);
  }
  EXPECT_GT(norm, 0);
  EXPECT_LE(difference, std::numeric_limits<T>::epsilon() * norm);
}

struct named {
  std::string name;
  std::function<void(context<cuda>&, cudaStream_t)> replay;
  std::function<void(context<cuda>&)> shift;
};
std::ostream& operator<<(std::ostream& out, const named& n) { return out << n.name; }

template <class T>
void add_operations(std::vector<named>& all, const std::string& precision) {
  for (const auto& [name, prepare] : operations<T>()) {
    all.push_back({name + "_" + precision,
                   [p = prepare](context<cuda>& ctx, cudaStream_t stream) {
                     replays_are_eager<T>(ctx, stream, p);
                   },
                   [p = prepare](context<cuda>& ctx) { alignment_does_not_matter<T>(ctx, p); }});
  }
}

std::vector<named> every_operation() {
  std::vector<named> all;
  add_operations<float>(all, "float");
  add_operations<double>(all, "double");
  return all;
}

class replay : public gpu_test, public testing::WithParamInterface<named> {};

TEST_P(replay, has_the_bits_of_the_eager_call) { GetParam().replay(ctx(), stream()); }
TEST_P(replay, takes_views_at_any_element) { GetParam().shift(ctx()); }

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
