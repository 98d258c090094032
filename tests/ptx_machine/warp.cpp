#include <algorithm>

#include "counters.hpp"
#include "machine_state.hpp"

namespace ptx {

namespace {

std::uint32_t linear_rank(const std::array<std::uint32_t, 3>& at,
                          const std::array<std::uint32_t, 3>& of) {
  return at[0] + of[0] * (at[1] + of[1] * at[2]);
}

/// What `which` is for a lane of the warp.
std::uint64_t special_value(special which, warp& w, unsigned lane) {
  block& b = w.in_block();
  const launch& l = b.of().what();
  const auto& n = b.block_size;
  const unsigned thread = w.thread(lane);
  const auto& c = l.cluster;
  const auto in_cluster = [&](int i) { return b.place[i] % c[i]; };
  const std::uint32_t bit = 1u << lane;
  switch (which) {
    case special::tid_x:
      return thread % n[0];
    case special::tid_y:
      return thread / n[0] % n[1];
    case special::tid_z:
      return thread / n[0] / n[1];
    case special::ntid_x:
      return n[0];
    case special::ntid_y:
      return n[1];
    case special::ntid_z:
      return n[2];
    case special::ctaid_x:
      return b.place[0];
    case special::ctaid_y:
      return b.place[1];
    case special::ctaid_z:
      return b.place[2];
    case special::nctaid_x:
      return l.blocks[0];
    case special::nctaid_y:
      return l.blocks[1];
    case special::nctaid_z:
      return l.blocks[2];
    case special::laneid:
      return lane;
    case special::warpid:
      return w.index();
    case special::nwarpid:
      return 64;
    case special::smid:
      return b.index() % 132;
    case special::nsmid:
      return 132;
    case special::gridid:
      return l.number;
    case special::lanemask_eq:
      return bit;
    case special::lanemask_lt:
      return bit - 1;
    case special::lanemask_le:
      return bit | (bit - 1);
    case special::lanemask_ge:
      return all_lanes & ~(bit - 1);
    case special::lanemask_gt:
      return all_lanes & ~(bit | (bit - 1));
    case special::clusterid_x:
      return b.place[0] / c[0];
    case special::clusterid_y:
      return b.place[1] / c[1];
    case special::clusterid_z:
      return b.place[2] / c[2];
    case special::nclusterid_x:
      return l.blocks[0] / c[0];
    case special::nclusterid_y:
      return l.blocks[1] / c[1];
    case special::nclusterid_z:
      return l.blocks[2] / c[2];
    case special::cluster_ctaid_x:
      return in_cluster(0);
    case special::cluster_ctaid_y:
      return in_cluster(1);
    case special::cluster_ctaid_z:
      return in_cluster(2);
    case special::cluster_nctaid_x:
      return c[0];
    case special::cluster_nctaid_y:
      return c[1];
    case special::cluster_nctaid_z:
      return c[2];
    case special::cluster_ctarank:
      return linear_rank({in_cluster(0), in_cluster(1), in_cluster(2)}, c);
    case special::cluster_nctarank:
      return c[0] * c[1] * c[2];
    case special::dynamic_smem_size:
      return static_cast<std::uint64_t>(l.dynamic_shared);
    case special::total_smem_size:
      return b.shared.size();
    case special::is_explicit_cluster:
      return c[0] * c[1] * c[2] > 1;
    case special::number:
      break;
  }
  return 0;
}

}  // namespace

warp::warp(block& b, unsigned index)
    : block_(&b),
      index_(index),
      registers_(static_cast<std::size_t>(b.of().code().registers)),
      predicates_(static_cast<std::size_t>(b.of().code().predicates)),
      constants_(b.of().code().constants.data()),
      local_bytes_(b.of().code().local_bytes) {
  const unsigned first = index * lanes, count = std::min(lanes, b.threads() - first);
  alive = existing = count == lanes ? all_lanes : (1u << count) - 1;
  groups_.push_back({0, alive, lane_group::state::runs, 0, 0});
  local_.assign(static_cast<std::size_t>(local_bytes_) * lanes, 0xff);
  local_written.assign(local_.size(), 0);
  for (const auto& [which, slot] : b.of().code().specials)
    for (unsigned lane = 0; lane < lanes; ++lane)
      registers_[static_cast<std::size_t>(slot)].at[lane] = special_value(which, *this, lane);
}

bool warp::can_run() const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [](const lane_group& g) { return g.is == lane_group::state::runs; });
}

lane_group& warp::take(std::uint32_t mask) {
  lane_group& g = groups_[current_];
  const std::uint32_t rest = g.mask & ~mask;
  if (rest == 0) return g;
  const std::uint32_t pc = g.pc;
  g.mask = rest;
  ++g.pc;
  groups_.push_back({pc, mask, lane_group::state::runs, 0, 0});
  current_ = groups_.size() - 1;
  return groups_.back();
}

void warp::jump(std::uint32_t mask, std::uint32_t target) {
  lane_group& g = groups_[current_];
  if (g.mask != mask) ++in_block().of().counters().divergent_branches;
  take(mask).pc = target;
}

void warp::leave(std::uint32_t mask) {
  take(mask);
  groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(current_));
  current_ = 0;
  alive &= ~mask;
  // those who wait for lanes that have left need not
  for (lane_group& g : groups_)
    if (g.is == lane_group::state::converges) g.is = lane_group::state::runs;
  block_->left(mask);
}

void warp::call(std::uint32_t mask, std::uint32_t target) {
  lane_group& g = take(mask);
  for (std::uint32_t m = mask; m; m &= m - 1)
    calls_[static_cast<unsigned>(std::countr_zero(m))].push_back(g.pc + 1);
  g.pc = target;
}

void warp::come_back(std::uint32_t mask) {
  take(mask);
  const auto to = [&](std::uint32_t m) {
    return calls_[static_cast<unsigned>(std::countr_zero(m))].empty()
               ? ~0u
               : calls_[static_cast<unsigned>(std::countr_zero(m))].back();
  };
  if (to(mask) == ~0u) return leave(mask);
  while (mask) {
    const std::uint32_t target = to(mask);
    std::uint32_t together = 0;
    for (std::uint32_t m = mask; m; m &= m - 1)
      if (to(m) == target) together |= m & -m;
    for (std::uint32_t m = together; m; m &= m - 1)
      calls_[static_cast<unsigned>(std::countr_zero(m))].pop_back();
    mask &= ~together;
    lane_group& g = groups_[current_];
    if (mask == 0) {
      g.pc = target;
    } else {
      g.mask = mask;
      groups_.push_back({target, together, lane_group::state::runs, 0, 0});
    }
  }
}

std::uint32_t warp::converged(std::uint32_t mask, const std::uint64_t* members) {
  std::uint32_t ready = 0;
  for (std::uint32_t m = mask; m; m &= m - 1) {
    const auto wanted = static_cast<std::uint32_t>(members[std::countr_zero(m)]);
    if ((wanted & alive & ~mask) == 0) ready |= m & -m;
    if (!(wanted & m & -m)) block_->of().fail(*this, "a lane that its own member mask leaves out");
  }
  if (ready == mask) return ready;
  take(mask).is = lane_group::state::converges;
  if (ready == 0) return 0;
  lane_group& g = groups_[current_];
  g.mask = mask & ~ready;
  groups_.push_back({g.pc, ready, lane_group::state::runs, 0, 0});
  current_ = groups_.size() - 1;
  return ready;
}

void warp::synchronise() { known.own[index_] = block_->time++; }
const knowledge& warp::publish() {
  synchronise();
  return known;
}
void warp::fence() {
  known.merge(seen);
  seen = {};
  fenced = publish();
}
void warp::release(std::uint64_t address, bool ordered) {
  block_->of().points.release(address, block_->index(), ordered ? publish() : fenced);
}
void warp::acquire(std::uint64_t address, bool ordered) {
  block_->of().points.acquire(address, block_->index(), ordered ? known : seen);
}

void warp::release_barrier(int id) {
  for (lane_group& g : groups_)
    if (g.is == lane_group::state::barrier && g.barrier == id) g.is = lane_group::state::runs;
}
void warp::release_cluster_barrier() {
  for (lane_group& g : groups_)
    if (g.is == lane_group::state::cluster_barrier) g.is = lane_group::state::runs;
}

void warp::spoil(std::int32_t slot, std::uint32_t mask) {
  if (spoiled_.empty()) spoiled_.resize(registers_.size());
  spoiled_register& r = spoiled_[static_cast<std::size_t>(slot)];
  r.mask |= mask;
  r.origin = pc();
}

/// A compiler may read early what it may not need, so reading is no fault: deciding, addressing and
/// storing is.
void warp::follow_spoiled(const operation& o, std::uint32_t mask) {
  std::uint32_t bad = 0, origin = 0;
  for (const std::int32_t slot : o.reads) {
    const spoiled_register& r = spoiled_[static_cast<std::size_t>(slot)];
    std::uint32_t here = r.mask & mask;
    if (o.selects) here &= slot == o.a ? predicate(o.c) : ~predicate(o.c);
    if (here) origin = r.origin;
    bad |= here;
  }
  if (bad && !o.passes_on) {
    const operation& read = block_->of().code().code[origin];
    const char* which = read.kind == group_of::memory_local ? "local memory that was not written"
                        : read.kind == group_of::memory_shared
                            ? "shared memory that the block has not written"
                            : "memory that was not written";
    block_->of().violate(*this, static_cast<unsigned>(std::countr_zero(bad)),
                         std::string("uses ") + which + ", read by " + read.text +
                             (read.line ? " (line " + std::to_string(read.line) + ")" : ""));
  }
  for (const std::int32_t slot : o.writes) {
    spoiled_register& r = spoiled_[static_cast<std::size_t>(slot)];
    r.mask &= ~mask;
    if (bad && o.passes_on) r = {r.mask | bad, origin};
  }
}

void warp::merge() {
  const auto mergeable = [](const lane_group& g) {
    return g.is == lane_group::state::runs || g.is == lane_group::state::converges;
  };
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (!mergeable(groups_[i])) continue;
    for (std::size_t j = groups_.size() - 1; j > i; --j) {
      if (groups_[j].pc != groups_[i].pc || !mergeable(groups_[j])) continue;
      // two that wait for others have nothing new to look at, unless one of them runs
      groups_[i].mask |= groups_[j].mask;
      groups_[i].is = lane_group::state::runs;
      groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(j));
    }
  }
}

/// The group that is furthest behind: so lanes meet again. Now and then another, for that one may
/// wait for others.
bool warp::choose() {
  if (groups_.size() > 1) merge();
  constexpr std::int64_t patience = 4096, turn = 128;
  const bool other = groups_.size() > 1 && turns_++ % patience >= patience - turn;
  std::size_t best = groups_.size();
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i].is != lane_group::state::runs) continue;
    if (best == groups_.size() ||
        (other ? groups_[i].pc > groups_[best].pc : groups_[i].pc < groups_[best].pc))
      best = i;
  }
  current_ = best;
  return best < groups_.size();
}

std::int64_t warp::run(std::int64_t budget) {
  const operation* code = block_->of().code().code.data();
  kernel_counters& counted = block_->of().counters();
  std::int64_t done = 0;
  if (!choose()) return 0;
  while (done < budget) {
    lane_group& g = groups_[current_];
    const operation& o = code[g.pc];
    std::uint32_t mask = g.mask;
    if (o.guard >= 0) {
      const std::uint32_t p = predicates_[static_cast<std::size_t>(o.guard)];
      mask &= o.guard_negated ? ~p : p;
    }
    ++done;
    ++counted.issued[g.pc];
    counted.threads[g.pc] += std::popcount(mask);
    if (!spoiled_.empty()) follow_spoiled(o, mask);
    if (mask == 0 || o.run(*this, o, mask)) {
      ++groups_[current_].pc;
      if (groups_.size() > 1) choose();
    } else if (!choose()) {
      break;
    }
  }
  return done;
}

}  // namespace ptx
