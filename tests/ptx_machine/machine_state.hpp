// What runs: a launch, its blocks, their warps.
#pragma once

#include <bit>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <unordered_map>

#include "program.hpp"
#include "shadow.hpp"

namespace ptx {

class block;
class grid;

/// Ends the launch: what happened, where.
struct launch_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Lanes of a warp at one place.
struct lane_group {
  enum class state : std::uint8_t { runs, converges, barrier, cluster_barrier };
  std::uint32_t pc = 0, mask = 0;
  state is = state::runs;
  std::uint8_t barrier = 0;
  std::uint32_t target = 0;  // convergence: lanes that must come
};

class warp {
 public:
  warp(block& b, unsigned index);

  /// Runs up to `budget` operations; returns how many.
  std::int64_t run(std::int64_t budget);
  bool done() const { return groups_.empty(); }
  bool can_run() const;

  // ---- registers
  const std::uint64_t* in(std::int32_t slot) const {
    return slot >= 0 ? registers_[slot].at : constants_[~slot].at;
  }
  std::uint64_t* out(std::int32_t slot) { return registers_[slot].at; }
  std::uint32_t& predicate(std::int32_t slot) { return predicates_[slot]; }
  std::uint32_t carry = 0;

  // ---- where the lanes are
  lane_group& now() { return groups_[current_]; }
  std::uint32_t pc() const { return groups_[current_].pc; }
  /// Splits the lanes of `mask` from the current group, which goes on behind this operation; what
  /// is returned is where they were, and current.
  lane_group& take(std::uint32_t mask);
  void jump(std::uint32_t mask, std::uint32_t target);
  void leave(std::uint32_t mask);
  void call(std::uint32_t mask, std::uint32_t target);
  void come_back(std::uint32_t mask);
  /// Whether all lanes that `members` asks for, lane by lane, are here; else those that are not
  /// complete wait, and the rest, if any, is what is returned.
  std::uint32_t converged(std::uint32_t mask, const std::uint64_t* members);
  void release_barrier(int id);
  void release_cluster_barrier();
  std::vector<lane_group>& groups() { return groups_; }
  std::uint32_t alive = 0;
  std::uint32_t existing = 0;

  // ---- memory
  unsigned char* local() { return local_.data(); }
  std::vector<unsigned char> local_written;
  std::int64_t local_bytes() const { return local_bytes_; }

  /// The register holds, in these lanes, what the current operation read and nobody wrote.
  void spoil(std::int32_t slot, std::uint32_t mask);

  block& in_block() { return *block_; }
  unsigned index() const { return index_; }
  unsigned thread(unsigned lane) const { return index_ * lanes + lane; }

  // ---- what happened before (shadow.hpp)
  knowledge known;
  knowledge fenced;  // known at the last fence: what a store behind it releases
  knowledge seen;    // read by relaxed loads: what the next fence acquires
  /// The lanes of the warp have met.
  void synchronise();
  /// What others may know from now on when they learn of this moment.
  const knowledge& publish();
  void fence();
  void release(std::uint64_t address, bool ordered);
  void acquire(std::uint64_t address, bool ordered);

  // ---- asynchronous copies of the lanes
  struct copy {
    std::uint32_t lane;
    std::uint64_t to, from;
    std::int64_t bytes, read;
    std::int64_t batch;
  };
  std::deque<copy> copies;
  std::array<std::int64_t, lanes> batch{};          // committed so far
  std::array<std::int64_t, lanes> cluster_phase{};  // of the last arrival

 private:
  bool choose();
  void merge();
  void follow_spoiled(const operation& o, std::uint32_t mask);

  block* block_;
  unsigned index_;
  std::vector<lane_words> registers_;
  std::vector<std::uint32_t> predicates_;
  const lane_words* constants_;
  std::vector<lane_group> groups_;
  std::size_t current_ = 0;
  /// Of every register, once there is one: lanes, and which operation read it.
  struct spoiled_register {
    std::uint32_t mask = 0, origin = 0;
  };
  std::vector<spoiled_register> spoiled_;
  std::int64_t turns_ = 0;
  std::vector<unsigned char> local_;
  std::int64_t local_bytes_;
  std::array<std::vector<std::uint32_t>, lanes> calls_;
};

class block {
 public:
  block(grid& g, std::uint64_t index);

  std::int64_t run(std::int64_t budget);
  bool done() const { return live_ == 0; }
  bool can_run() const;

  grid& of() { return *grid_; }
  std::uint64_t index() const { return index_; }
  unsigned threads() const { return threads_; }
  std::array<std::uint32_t, 3> place, block_size;

  void arrive(warp& w, std::uint32_t mask, int id, std::int64_t count, bool waits,
              std::int64_t votes = 0);
  void left(std::uint32_t number);

  std::vector<unsigned char> shared;  // from first_shared
  shadow_memory shared_shadow;
  std::vector<std::unique_ptr<warp>> warps;
  std::uint32_t time = 1;
  bool waited = false;  // for the launch before this one

  // ---- clusters: blocks that are started together
  std::vector<block*> cluster;  // by rank; itself alone without one
  unsigned rank = 0;
  std::int64_t cluster_arrived = 0, cluster_phase = 0;  // of the cluster, at rank 0
  std::int64_t live() const { return live_; }

  /// Work of the copy engine, done later.
  std::deque<std::function<void()>> engine;
  struct named_barrier {
    std::int64_t arrived = 0, expected = 0;
    std::int64_t votes = 0, result = 0, result_of = 0;  // predicates that hold; of the last round
  };
  std::array<named_barrier, 16> barriers;

 private:
  grid* grid_;
  std::uint64_t index_;
  unsigned threads_;
  std::int64_t live_;
  std::size_t first_ = 0;
};

/// What a launch asks for.
struct launch {
  const program* code = nullptr;
  struct kernel_counters* counters = nullptr;
  std::array<std::uint32_t, 3> blocks{1, 1, 1}, threads{1, 1, 1}, cluster{1, 1, 1};
  std::int64_t dynamic_shared = 0;
  std::vector<unsigned char> parameters;
  std::uint32_t number = 0;
  bool backwards = false;
  bool early = false;  // may begin before the launch before it has ended
};

class grid {
 public:
  explicit grid(const launch& what);
  /// Throws launch_error.
  void run();

  const launch& what() const { return launch_; }
  const program& code() const { return *launch_.code; }
  kernel_counters& counters() { return *launch_.counters; }
  std::mt19937& random() { return random_; }
  void progress() { since_progress_ = 0; }
  [[noreturn]] void fail(const warp& w, const std::string& what);
  /// Notes a broken rule, once for every operation.
  void violate(warp& w, unsigned lane, const std::string& what);
  sync_points points;

 private:
  void start_more(std::size_t resident);
  std::size_t most_resident() const;
  std::string where(warp& w);
  [[noreturn]] void no_progress();

  launch launch_;
  std::mt19937 random_;
  std::vector<std::unique_ptr<block>> running_;
  std::uint64_t started_ = 0, total_;
  std::int64_t since_progress_ = 0;
  std::map<std::pair<std::uint32_t, std::string>, int> said_;
};

/// What a launch may run without a store, a barrier or an end before it is said to hang.
void set_patience(std::int64_t operations);
void set_seed(unsigned seed);
unsigned seed();

}  // namespace ptx
