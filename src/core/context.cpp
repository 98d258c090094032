// Contexts over any back end.
#include <tubal/context.hpp>

#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

template <class S>
context<S>::context(typename S::options options)
    : backend_(std::make_shared<detail::backend<S>>(options)) {}
template <class S>
context<S>::~context() = default;
template <class S>
context<S>::context(context&&) noexcept = default;
template <class S>
context<S>& context<S>::operator=(context&&) noexcept = default;

template <class S>
void context<S>::wait() {
  double slots[detail::fault_count], clear[detail::fault_count] = {};
  backend_->download(slots, backend_->fault_slots(), sizeof slots);
  bool any = false;
  for (double s : slots) any = any || s != 0;
  if (!any) return;
  backend_->upload(backend_->fault_slots(), clear, sizeof clear);
  detail::throw_on_fault(slots);
  if (std::string words = detail::warning_of(slots); !words.empty())
    warnings_.push_back(std::move(words));
}

template <class S>
std::map<std::string, std::string> context<S>::description() const {
  return backend_->description();
}

#define TUBAL_INSTANTIATE(S) template class context<S>;
TUBAL_FOR_EACH_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
