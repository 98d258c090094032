#include <algorithm>
#include <limits>

#include "counters.hpp"
#include "machine_state.hpp"
#include "stand_in_parts.hpp"

namespace ptx {

namespace {
std::int64_t patience = 100'000'000;
unsigned chosen_seed = 1;
constexpr std::size_t usual_resident = 4;
}  // namespace

void set_patience(std::int64_t operations) { patience = operations; }
void set_seed(unsigned s) { chosen_seed = s; }
unsigned seed() { return chosen_seed; }

grid::grid(const launch& what)
    : launch_(what),
      random_(chosen_seed + what.number),
      total_(std::uint64_t{what.blocks[0]} * what.blocks[1] * what.blocks[2]) {}

/// What the device could hold at once: 132 multiprocessors with 2048 threads and 227 KiB each.
std::size_t grid::most_resident() const {
  const std::size_t threads = launch_.threads[0] * launch_.threads[1] * launch_.threads[2];
  const auto shared =
      static_cast<std::size_t>(code().dynamic_shared + launch_.dynamic_shared + first_shared);
  return 132 *
         std::max<std::size_t>(1, std::min({2048 / threads, 233472 / shared, std::size_t{32}}));
}

void grid::start_more(std::size_t resident) {
  const auto& c = launch_.cluster;
  const std::uint64_t size = std::uint64_t{c[0]} * c[1] * c[2];
  while (started_ < total_ && (running_.size() + size <= resident || running_.empty())) {
    std::vector<block*> cluster;
    const std::uint64_t number = started_ / size, wide = launch_.blocks[0] / c[0],
                        high = launch_.blocks[1] / c[1];
    const std::uint64_t which = launch_.backwards ? total_ / size - 1 - number : number;
    const std::uint64_t x = which % wide * c[0], y = which / wide % high * c[1],
                        z = which / wide / high * c[2];
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::uint64_t at =
          x + i % c[0] +
          launch_.blocks[0] * (y + i / c[0] % c[1] + launch_.blocks[1] * (z + i / c[0] / c[1]));
      running_.push_back(std::make_unique<block>(*this, at));
      cluster.push_back(running_.back().get());
    }
    for (std::size_t i = 0; i < size; ++i) {
      cluster[i]->cluster = cluster;
      cluster[i]->rank = static_cast<unsigned>(i);
    }
    started_ += size;
    progress();
  }
}

void grid::run() {
  std::size_t resident = usual_resident;
  while (started_ < total_ || !running_.empty()) {
    start_more(resident);
    std::int64_t done = 0;
    for (const auto& b : running_) done += b->run(static_cast<std::int64_t>(32 + random_() % 256));
    since_progress_ += done;
    std::erase_if(running_, [](const auto& b) {
      return std::all_of(b->cluster.begin(), b->cluster.end(),
                         [](const block* one) { return one->done(); });
    });
    if ((done == 0 &&
         std::none_of(running_.begin(), running_.end(),
                      [](const auto& b) { return b->can_run(); }) &&
         !running_.empty()) ||
        since_progress_ > patience) {
      if (started_ == total_ || resident >= most_resident()) no_progress();
      resident = std::min(4 * resident, most_resident());
      since_progress_ = 0;
    }
  }
}

std::string grid::where(warp& w) {
  const auto& p = w.in_block().place;
  return "kernel " + code().name + ", block " + std::to_string(p[0]) + ", " + std::to_string(p[1]) +
         ", " + std::to_string(p[2]);
}

void grid::fail(const warp& w, const std::string& what) {
  auto& there = const_cast<warp&>(w);
  const operation& o = code().code[there.pc()];
  throw launch_error(where(there) + ", warp " + std::to_string(w.index()) + ", " + o.text +
                     (o.line ? " (line " + std::to_string(o.line) + ")" : "") + ": " + what);
}

void grid::violate(warp& w, unsigned lane, const std::string& what) {
  const operation& o = code().code[w.pc()];
  if (said_[{w.pc(), what.substr(0, 24)}]++ > 0) return;
  report(where(w) + ", thread " + std::to_string(w.thread(lane)) + ", " + o.text +
         (o.line ? " (line " + std::to_string(o.line) + ")" : "") + ": " + what);
}

/// Says why: threads that left while others wait at a barrier, or nobody can go on.
void grid::no_progress() {
  for (const auto& b : running_)
    for (const auto& w : b->warps)
      for (const lane_group& g : w->groups()) {
        const std::string at = " (" + code().code[g.pc == 0 ? 0 : g.pc - 1].text + ")";
        if (g.is == lane_group::state::barrier)
          throw launch_error(where(*w) + ": no progress: a barrier that not all threads reach" +
                             at);
        if (g.is == lane_group::state::converges)
          throw launch_error(where(*w) + ": no progress: lanes wait for lanes that do not come (" +
                             code().code[g.pc].text + ")");
        if (g.is == lane_group::state::cluster_barrier)
          throw launch_error(where(*w) +
                             ": no progress: a barrier that not all blocks of the cluster reach");
      }
  throw launch_error("kernel " + code().name +
                     ": no progress: its threads go round without a store");
}

}  // namespace ptx
