// What tests see of the stand-in for a GPU: counters, broken rules, injected failures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stand_in {

enum class library { runtime, blas, fft, solver };
inline constexpr int libraries = 4;

/// Since the process started.
struct counts {
  std::int64_t calls[libraries] = {};  // that can fail
  std::int64_t allocations = 0;
  std::int64_t waits = 0;
  std::int64_t launches = 0;
};
counts count();

/// What exists now.
struct existing {
  std::int64_t allocations = 0;
  std::int64_t bytes = 0;
  std::int64_t handles = 0;  // streams, graphs, handles and plans of every library
  bool operator==(const existing&) const = default;
};
existing now();

/// Rules broken since the last call: what a real library may leave unsaid.
std::vector<std::string> take_violations();

/// The call `index` calls from now, of those that can fail, answers `status`. Undone by
/// `no_failures`. `happened` says whether it has come to that.
void fail_call(library which, std::int64_t index, int status);
/// The allocation `index` allocations from now fails.
void fail_allocation(std::int64_t index);
/// What becomes of the matrix `index` matrices from now, of those given to an iterative
/// factorisation: it does not converge, or a value, a vector or a NaN is wrong and nobody says so.
enum class spoiled { nothing, info, value, vector, nan };
void spoil_matrix(std::int64_t index, spoiled how);
/// As in a new process: nothing has been used yet.
void forget_uses();
/// The next wait finds that the device has failed; so does every call from then on.
void break_device(int status);
bool happened();
void no_failures();

/// Blocks and threads run in descending order: results must not change.
void run_backwards(bool on);
/// Kernels do nothing and nobody says so, as with a binary without code for the device.
void drop_kernels(bool on);
void set_devices(int devices);

}  // namespace stand_in
