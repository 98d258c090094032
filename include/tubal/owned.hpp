// Ownership of what a header does not show.
#pragma once

#include <memory>
#include <utility>

namespace tubal::detail {

/// Owns a state whose type is complete only where it is made. Moves.
template <class State>
struct owned : std::unique_ptr<State, void (*)(State*)> {
  using std::unique_ptr<State, void (*)(State*)>::unique_ptr;
  owned() : owned(nullptr, nullptr) {}  // empty
};

/// A new `Derived`, as a State.
template <class State, class Derived = State, class... Args>
owned<State> make_owned(Args&&... args) {
  return owned<State>(new Derived(std::forward<Args>(args)...), [](State* state) { delete state; });
}

}  // namespace tubal::detail
