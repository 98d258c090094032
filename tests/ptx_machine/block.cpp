#include <algorithm>
#include <utility>

#include "counters.hpp"
#include "machine_state.hpp"

namespace ptx {

block::block(grid& g, std::uint64_t index)
    : block_size(g.what().threads), grid_(&g), index_(index) {
  const launch& l = g.what();
  threads_ = l.threads[0] * l.threads[1] * l.threads[2];
  live_ = threads_;
  place = {static_cast<std::uint32_t>(index % l.blocks[0]),
           static_cast<std::uint32_t>(index / l.blocks[0] % l.blocks[1]),
           static_cast<std::uint32_t>(index / l.blocks[0] / l.blocks[1])};
  shared.assign(static_cast<std::size_t>(g.code().dynamic_shared + l.dynamic_shared), 0xff);
  shared_shadow = shadow_memory(shared.size());
  cluster = {this};
  for (unsigned w = 0; w * lanes < threads_; ++w) warps.push_back(std::make_unique<warp>(*this, w));
}

bool block::can_run() const {
  return !engine.empty() ||
         std::any_of(warps.begin(), warps.end(), [](const auto& w) { return w->can_run(); });
}

std::int64_t block::run(std::int64_t budget) {
  std::int64_t done = 0;
  while (!engine.empty() && grid_->random()() % 2) {  // copies take their time
    const auto work = std::move(engine.front());
    engine.pop_front();
    work();
    ++done;
  }
  first_ = grid_->random()() % warps.size();
  for (std::size_t i = 0; i < warps.size(); ++i) {
    warp& w = *warps[(first_ + i) % warps.size()];
    if (!w.done()) done += w.run(budget);
  }
  return done;
}

void block::left(std::uint32_t mask) {
  live_ -= std::popcount(mask);
  grid_->progress();
}

void block::arrive(warp& w, std::uint32_t mask, int id, std::int64_t count, bool waits,
                   std::int64_t votes) {
  named_barrier& b = barriers[static_cast<std::size_t>(id)];
  if (count == 0) count = threads_;
  if (b.arrived > 0 && b.expected != count)
    grid_->fail(w, "a barrier that others expect with another number of threads");
  b.expected = count;
  b.arrived += std::popcount(mask);
  b.votes += votes;
  lane_group& g = w.take(mask);
  for (const lane_group& other : w.groups())
    if (&other != &g && other.is == lane_group::state::barrier && other.barrier == id &&
        other.pc != g.pc + 1)
      grid_->fail(w, "lanes of a warp wait at different barriers");
  ++g.pc;
  if (waits) {
    g.is = lane_group::state::barrier;
    g.barrier = static_cast<std::uint8_t>(id);
  }
  if (b.arrived > b.expected) grid_->fail(w, "more threads at a barrier than it expects");
  if (b.arrived < b.expected) return;
  b.arrived = 0;
  b.result = std::exchange(b.votes, 0);
  b.result_of = count;
  grid_->progress();
  // what any of them did is known to all of them
  const bool everybody = count == threads_;
  knowledge all;
  for (const auto& each : warps) {
    const bool here = std::any_of(
        each->groups().begin(), each->groups().end(),
        [&](const lane_group& l) { return l.is == lane_group::state::barrier && l.barrier == id; });
    if (!here && !everybody) continue;
    all.merge(each->known);
    all.own[each->index()] = time;
  }
  ++time;
  for (const auto& each : warps) {
    const bool here = std::any_of(
        each->groups().begin(), each->groups().end(),
        [&](const lane_group& l) { return l.is == lane_group::state::barrier && l.barrier == id; });
    if (here) each->known.merge(all);
    each->release_barrier(id);
  }
}

}  // namespace ptx
