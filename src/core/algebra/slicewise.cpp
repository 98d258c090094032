#include "core/algebra/slicewise.hpp"

#include "core/instantiate.hpp"

namespace tubal {

template <class T, class S>
std::size_t slicewise_plan<T, S>::workspace_bytes() const {
  return state_->workspace_bytes();
}

template <class T, class S>
const shape& slicewise_plan<T, S>::result(std::size_t i) const {
  return state_->result(i);
}

template <class T, class S>
void slicewise_plan<T, S>::run(std::initializer_list<tensor_view<const T, S>> inputs,
                               std::initializer_list<tensor_view<T, S>> outputs) {
  state_->run(inputs, outputs);
}

#define TUBAL_INSTANTIATE(T, S) template class slicewise_plan<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
