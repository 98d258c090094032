// Measurements that need no stored matrix: entries, transforms, random numbers made anew, and the
// user's own.
#pragma once

#include <tubal/owned.hpp>
#include <tubal/sensing.hpp>

#include <functional>
#include <vector>

namespace tubal {

/// y = vec(X), in memory order: all entries are seen. ||A|| = 1.
template <class T, class Space>
class identity_sensing : public sensing_operator<T, Space> {
 public:
  /// Allocates nothing. Throws `argument_error` for an empty domain; so do all below.
  explicit identity_sensing(const shape& domain);

 private:
  void do_apply(context<Space>&, tensor_view<const T, Space>, tensor_view<T, Space>) const override;
  void do_adjoint(context<Space>&, tensor_view<const T, Space>,
                  tensor_view<T, Space>) const override;
};

/// Which directions lie within a slice of `entry_mask::random_slices`.
enum class slice_kind {
  frontal,     ///< X(:,:,l)
  lateral,     ///< X(:,j,:)
  horizontal,  ///< X(i,:,:)
};

/// Some entries of X as they are, y_p = X(index_p): completion. Indices are linear, in memory
/// order, i + n1 (j + n2 l). ||A|| = 1. Memory: 8 m bytes. Cost of a pass: the zeros of A^T, and m
/// entries. Source of the random subsets: Knuth, The Art of Computer Programming 2, Algorithm 3.4.2
/// S, on a counter-based stream: a seed is the same subset in every space.
template <class T, class Space>
class entry_mask : public sensing_operator<T, Space> {
 public:
  /// The entries at `indices`, in their order, each once. Allocates, waits. Throws `argument_error`
  /// for none, and for one out of range or twice.
  entry_mask(context<Space>& ctx, const shape& domain, const std::vector<std::int64_t>& indices);

  /// The entries where `mask` is not zero, in memory order. Waits; throws `argument_error` when
  /// there is none, `nonfinite_error`.
  static entry_mask from_mask(context<Space>& ctx, input<T, Space> mask);
  /// A random `share` in (0, 1] of the entries, rounded to the nearest number of at least one.
  static entry_mask random(context<Space>& ctx, const shape& domain, double share,
                           std::uint64_t seed);
  /// The same of the tubes X(i,j,:): each is seen whole or not at all.
  static entry_mask random_tubes(context<Space>& ctx, const shape& domain, double share,
                                 std::uint64_t seed);
  /// The same of the slices of one kind.
  static entry_mask random_slices(context<Space>& ctx, const shape& domain, slice_kind kind,
                                  double share, std::uint64_t seed);

  std::size_t bytes() const override;
  /// {m,1,1}, in the memory of the space.
  tensor_view<const std::int64_t, Space> indices() const { return indices_; }

 private:
  void do_apply(context<Space>&, tensor_view<const T, Space>, tensor_view<T, Space>) const override;
  void do_adjoint(context<Space>&, tensor_view<const T, Space>,
                  tensor_view<T, Space>) const override;
  void do_normal_step(context<Space>&, tensor_view<const T, Space>, tensor_view<const T, Space>,
                      tensor_view<T, Space>, tensor_view<T, Space>) const override;
  struct checked {};
  entry_mask(checked, context<Space>& ctx, const shape& domain,
             const std::vector<std::int64_t>& indices);

  tensor<std::int64_t, Space> indices_;
};

/// `random(domain, share, seed)` of the entries, tubes or slices, as indices in ascending order.
std::vector<std::int64_t> random_subset(std::int64_t size, std::int64_t count, std::uint64_t seed,
                                        random_stream stream = random_stream::sampling);

/// Randomised fast transform, the operator for large sizes: y = sqrt(N/m) P F D vec(X) with
/// N = n1 n2 k, D random signs, F the orthonormal real Fourier transform along each of the three
/// dimensions, P a random subset of m coordinates. E A^T A is the identity, ||A|| = sqrt(N/m).
/// Memory: two tensors of the domain and 8 m bytes. Cost of a pass: three transforms, N log N.
/// Source: Ailon and Chazelle 2009; Krahmer and Ward 2011.
template <class T, class Space>
class fast_transform_sensing : public sensing_operator<T, Space> {
 public:
  /// Allocates, plans, waits. Throws `argument_error` unless 1 <= m <= n1 n2 k.
  fast_transform_sensing(context<Space>& ctx, const shape& domain, std::int64_t m,
                         std::uint64_t seed);

  std::size_t bytes() const override;

 private:
  void do_apply(context<Space>&, tensor_view<const T, Space>, tensor_view<T, Space>) const override;
  void do_adjoint(context<Space>&, tensor_view<const T, Space>,
                  tensor_view<T, Space>) const override;
  struct state;
  detail::owned<state> state_;
};

/// Dense random measurements without a stored matrix: the numbers are made anew, block by block of
/// rows, on every pass. The matrix has the bits of `dense_sensing::random` with the same arguments.
/// For sizes whose matrix does not fit: making a number takes far longer than reading one. Memory:
/// one block of at most 2^21 bytes, or one row. `normal_step` makes each number once.
template <class T, class Space>
class generated_sensing : public sensing_operator<T, Space> {
 public:
  /// Allocates, plans. Throws `argument_error` unless m >= 1.
  generated_sensing(context<Space>& ctx, const shape& domain, std::int64_t m, ensemble_law law,
                    std::uint64_t seed);

  std::size_t bytes() const override;

 private:
  void do_apply(context<Space>&, tensor_view<const T, Space>, tensor_view<T, Space>) const override;
  void do_adjoint(context<Space>&, tensor_view<const T, Space>,
                  tensor_view<T, Space>) const override;
  void do_normal_step(context<Space>&, tensor_view<const T, Space>, tensor_view<const T, Space>,
                      tensor_view<T, Space>, tensor_view<T, Space>) const override;
  struct state;
  detail::owned<state> state_;
};

/// The user's own operator, as two functions on views: `apply(ctx, x, y)` writes all of y = A(x),
/// `adjoint(ctx, y, x)` all of x = A^T(y). They are called with checked shapes, must only enqueue
/// where the iteration is to, and must be adjoint to each other: what descends relies on it.
template <class T, class Space>
class custom_sensing : public sensing_operator<T, Space> {
 public:
  using function =
      std::function<void(context<Space>&, tensor_view<const T, Space>, tensor_view<T, Space>)>;
  custom_sensing(const shape& domain, std::int64_t m, function apply, function adjoint);

 private:
  void do_apply(context<Space>&, tensor_view<const T, Space>, tensor_view<T, Space>) const override;
  void do_adjoint(context<Space>&, tensor_view<const T, Space>,
                  tensor_view<T, Space>) const override;
  function apply_, adjoint_;
};

}  // namespace tubal
