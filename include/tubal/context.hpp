// A context is where work happens: it owns library handles, plans and the thread pool, and borrows
// the caller's stream. Use one context per thread and stream.
#pragma once

#include <tubal/shape.hpp>
#include <tubal/space.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tubal {

namespace detail {
template <class Space>
class backend;
}

template <class Space>
class context {
 public:
  /// Allocates and waits.
  /// `Space = cuda`: throws `device_error` when there is no device, or when a canary kernel shows
  /// that this binary has no code for it. The current device is left as it was.
  /// `Space = host`: an OpenBLAS with threads of its own is set to one thread in this process,
  /// because the context's threads work on whole slices instead. With an OpenBLAS built without
  /// threads, which must not be called from two at once, the context has one thread, and the
  /// process may work with one context at a time.
  explicit context(typename Space::options options = {});
  ~context();
  context(context&&) noexcept;
  context& operator=(context&&) noexcept;

  /// Waits until everything enqueued so far is done. Throws what went wrong on the way since the
  /// last call: `nonfinite_error` when an operation met NaN or Inf (or overflowed to it),
  /// `backend_error` when a factorisation did not converge. Afterwards the context is usable again.
  void wait();
  /// What was no error and is worth a word, since the last call, in the order of the waits that
  /// found it: an inverse or solution of a nearly singular tensor (solve.hpp).
  std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

  /// What computes: device, libraries, threads, arithmetic modes. For reports and run files.
  std::map<std::string, std::string> description() const;

  /// The primitives; for the library itself.
  const std::shared_ptr<detail::backend<Space>>& backend() const { return backend_; }

 private:
  std::shared_ptr<detail::backend<Space>> backend_;
  std::vector<std::string> warnings_;
};

/// Returns when `context<cuda>` can work in this process, throws `device_error` with the reason
/// when it cannot: host-only build, no driver, no GPU.
void require_cuda();

}  // namespace tubal
