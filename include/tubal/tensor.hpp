// Tensors: owning (`tensor`) and on memory of the caller (`tensor_view`).
#pragma once

#include <tubal/context.hpp>
#include <tubal/shape.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace tubal {

namespace detail {

/// Bytes of a space, aligned to 256. Outlives its context if it must.
template <class Space>
class storage {
 public:
  storage() = default;
  storage(std::shared_ptr<backend<Space>> owner, std::size_t bytes);
  storage(storage&& other) noexcept { swap(other); }
  storage& operator=(storage&& other) noexcept {
    swap(other);
    return *this;
  }
  ~storage();

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  void swap(storage& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
  }
  std::shared_ptr<backend<Space>> owner_;
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// The number of elements. Throws `argument_error` for a shape that no tensor has.
std::size_t checked_size(const char* operation, const shape& s);

}  // namespace detail

/// A tensor in memory of the caller, contiguous in the layout of `shape`; read-only when T is
/// const. The memory must outlive the work enqueued on it. Nothing is checked here: every operation
/// checks what it is given.
template <class T, class Space>
class tensor_view {
 public:
  tensor_view() = default;
  tensor_view(T* data, tubal::shape s) : data_(data), shape_(s) {}
  /// A reading view of what `other` views.
  template <class U>
  requires std::same_as<T, const U> tensor_view(const tensor_view<U, Space>& other)
      : data_(other.data()), shape_(other.shape()) {}

  T* data() const { return data_; }
  const tubal::shape& shape() const { return shape_; }
  std::int64_t size() const { return shape_.size(); }
  /// Element (i, j, l), from 0, in main memory; not checked.
  T& operator()(std::int64_t i, std::int64_t j,
                std::int64_t l) const requires std::same_as<Space, host> {
    return data_[i + shape_.rows * (j + shape_.cols * l)];
  }

 private:
  T* data_ = nullptr;
  tubal::shape shape_;
};

/// How functions take an input: any tensor or view of T, never the other way round.
template <class T, class Space>
using input = std::type_identity_t<tensor_view<const T, Space>>;

/// A tensor that owns its memory. Moves; never copies by itself. Usable wherever a view is; `const`
/// is shallow, as with `std::unique_ptr`.
template <class T, class Space>
class tensor : public tensor_view<T, Space> {
 public:
  tensor() = default;
  /// Uninitialised. Allocates. Throws `argument_error` for a negative size or `tube < 1`,
  /// `out_of_memory`.
  tensor(context<Space>& ctx, tubal::shape s);
  tensor(tensor&& other) noexcept { *this = std::move(other); }
  tensor& operator=(tensor&& other) noexcept {
    storage_ = std::move(other.storage_);
    static_cast<tensor_view<T, Space>&>(*this) =
        std::exchange(static_cast<tensor_view<T, Space>&>(other), {});
    return *this;
  }

 private:
  detail::storage<Space> storage_;
};

/// A new tensor, uninitialised or all zero. Allocate; `zeros` also enqueues.
template <class T, class Space>
tensor<T, Space> empty(context<Space>& ctx, shape s) {
  return {ctx, s};
}
template <class T, class Space>
tensor<T, Space> zeros(context<Space>& ctx, shape s);

/// A new tensor with the given `s.size()` values. Allocates, waits.
template <class T, class Space>
tensor<T, Space> from_host(context<Space>& ctx, shape s, const T* values);
template <class T, class Space>
tensor<T, Space> from_host(context<Space>& ctx, shape s, const std::vector<T>& values);

/// The values of x, `x.size()` of them, in main memory. Waits. Throws as `context::wait`.
template <class T, class Space>
void to_host(context<Space>& ctx, input<T, Space> x, T* values);
template <class T, class Space>
auto to_host(context<Space>& ctx, const tensor_view<T, Space>& x) {
  std::vector<std::remove_const_t<T>> values(detail::checked_size("to_host", x.shape()));
  to_host(ctx, x, values.data());
  return values;
}

/// `to <- from`, NaN and Inf too. Enqueues only. Throws `shape_error` naming both shapes,
/// `alias_error`.
template <class T, class Space>
void copy(context<Space>& ctx, input<T, Space> from, tensor_view<T, Space> to);

}  // namespace tubal
