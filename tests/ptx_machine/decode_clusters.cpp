// Blocks of a cluster: addresses of each other's shared memory, their barrier; and what lets the
// next launch begin early.
#include <algorithm>

#include "decode.hpp"
#include "lanewise.hpp"
#include "memory.hpp"

namespace ptx {

namespace {

/// d = the address that block b of the cluster has for what lies at a in one's own.
bool map_address(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  each_lane(mask, [&](unsigned l) {
    const std::uint64_t a = w.in(o.a)[l], rank = w.in(o.b)[l] & 0xffffffffu;
    if (rank >= w.in_block().cluster.size())
      w.in_block().of().violate(w, l, "no such block in the cluster");
    const std::uint64_t offset = (a & ((1u << rank_shift) - 1)) | (rank + 1) << rank_shift;
    d[l] = o.where == space::generic ? shared_window | offset : offset;
  });
  return true;
}
bool rank_of_address(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  each_lane(mask, [&](unsigned l) {
    const std::uint64_t rank = (w.in(o.a)[l] & 0xffffffffu) >> rank_shift;
    d[l] = rank == 0 ? w.in_block().rank : rank - 1;
  });
  return true;
}

bool arrive(warp& w, const operation&, std::uint32_t mask) {
  block& b = w.in_block();
  block& first = *b.cluster[0];
  for (std::uint32_t m = mask; m; m &= m - 1)
    w.cluster_phase[static_cast<std::size_t>(std::countr_zero(m))] = first.cluster_phase + 1;
  first.cluster_arrived += std::popcount(mask);
  std::int64_t live = 0;
  for (const block* each : b.cluster) live += each->live();
  if (first.cluster_arrived < live) return true;
  first.cluster_arrived = 0;
  ++first.cluster_phase;
  b.of().progress();
  std::vector<times> now;
  for (block* each : b.cluster) {
    times t{};
    std::fill_n(t.begin(), each->warps.size(), each->time++);
    now.push_back(t);
  }
  for (block* each : b.cluster)
    for (const auto& other : each->warps) {
      for (std::size_t i = 0; i < now.size(); ++i) {
        if (b.cluster[i] == each) {
          for (unsigned k = 0; k < most_warps; ++k)
            other->known.own[k] = std::max(other->known.own[k], now[i][k]);
        } else {
          other->known.merge_other(b.cluster[i]->index(), now[i]);
        }
      }
      other->release_cluster_barrier();
    }
  return true;
}
bool wait(warp& w, const operation&, std::uint32_t mask) {
  const std::int64_t phase = w.in_block().cluster[0]->cluster_phase;
  const auto lane = static_cast<std::size_t>(std::countr_zero(mask));
  if (w.cluster_phase[lane] <= phase) return true;
  w.take(mask).is = lane_group::state::cluster_barrier;  // it looks again when all have come
  return false;
}
bool wait_for_launch(warp& w, const operation&, std::uint32_t) {
  w.in_block().waited = true;
  return true;
}
bool nothing(warp&, const operation&, std::uint32_t) { return true; }

void decode_barrier(decoder& d, const statement& s, modifiers& m, operation& o) {
  if (!m.take("cluster")) {  // a block's; `bar` is short for it
    statement as_bar = s;
    as_bar.mnemonic = "bar";
    instruction_table t;
    add_control(t);
    modifiers again(as_bar);
    return t["bar"](d, as_bar, again, o);
  }
  const bool arrives = m.take("arrive");
  if (!arrives && !m.take("wait")) m.unknown();
  m.take_one({"release", "acquire", "relaxed"});
  m.take("aligned");
  m.done();
  o.run = arrives ? arrive : wait;
  o.kind = group_of::barrier;
  d.add(o);
}

void decode_mapa(decoder& d, const statement& s, modifiers& m, operation& o) {
  o.where = m.take("shared::cluster") ? space::shared_cluster : space::generic;
  m.type();
  m.done();
  o.run = map_address;
  o.kind = group_of::move;
  o.d = d.destination(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  o.b = d.source(s.operands.at(2));
  d.add(o);
}
void decode_rank(decoder& d, const statement& s, modifiers& m, operation& o) {
  m.take("shared::cluster");
  m.type();
  m.done();
  o.run = rank_of_address;
  o.kind = group_of::move;
  o.d = d.destination(s.operands.at(0));
  o.a = d.source(s.operands.at(1));
  d.add(o);
}
/// Launches run one after the other; what another order would break is checked (memory.cpp).
void decode_dependence(decoder& d, const statement&, modifiers& m, operation& o) {
  o.run = m.take("wait") ? wait_for_launch : m.take("launch_dependents") ? nothing : nullptr;
  m.done();
  if (!o.run) m.unknown();
  o.kind = group_of::barrier;
  d.add(o);
}

}  // namespace

void add_clusters(instruction_table& t) {
  t["mapa"] = decode_mapa;
  t["getctarank"] = decode_rank;
  t["barrier"] = decode_barrier;
  t["griddepcontrol"] = decode_dependence;
}

}  // namespace ptx
