// Operations that need no factorisation: transpose, identity, block-circulant matrices, inner
// product, norm.
#pragma once

#include <tubal/tensor.hpp>
#include <tubal/transform.hpp>

namespace tubal {

/// `A^T`, n2 x n1 x k, of a, n1 x n2 x k: per slice   C^_f = A^_f^H. With the DFT every frontal
/// slice is transposed and slices 1 .. k-1 are reversed (with several dimensions, in each of them),
///   C(j,i,0) = A(i,j,0),   C(j,i,l) = A(i,j,k-l);
/// with real transforms every slice is transposed.
/// Enqueues only. Throws `shape_error`, `alias_error`. Reads and writes n1 n2 k reals; moves them
/// as they are, NaN and Inf too.
template <class T, class Space>
void transpose(context<Space>& ctx, input<T, Space> a, tensor_view<T, Space> c,
               const transform& along = {});

/// `E`, n x n x k, with `E * A = A`: E^_f = I. With the DFT, the first frontal slice is the
/// identity matrix and the rest zero, and the call only enqueues; with other transforms it
/// allocates and waits. Throws `shape_error` when e is not square.
template <class T, class Space>
void set_identity(context<Space>& ctx, tensor_view<T, Space> e, const transform& along = {});

/// The block-circulant matrix of a, n1 x n2 x k: c, n1 k x n2 k x 1, has block (p, q) equal to
/// slice p - q mod k of a. `bcirc(A) unfold(B) = unfold(A * B)`.
/// These three enqueue only and move NaN and Inf too. Throw `shape_error`, `alias_error`.
template <class T, class Space>
void bcirc(context<Space>& ctx, input<T, Space> a, tensor_view<T, Space> c);
/// The frontal slices of a on top of each other, n1 k x n2 x 1.
template <class T, class Space>
void unfold(context<Space>& ctx, input<T, Space> a, tensor_view<T, Space> c);
/// The inverse of `unfold`: c, n1 x n2 x k, from a, n1 k x n2 x 1.
template <class T, class Space>
void fold(context<Space>& ctx, input<T, Space> a, tensor_view<T, Space> c);

/// `<A, B> = sum_ijl A(i,j,l) B(i,j,l)`, accumulated in double in an order that depends on the size
/// alone. Waits. Throws `shape_error`; `nonfinite_error` when the sum is NaN or Inf.
template <class T, class Space>
double inner_product(context<Space>& ctx, input<T, Space> a, const tensor_view<T, Space>& b);

/// `||A||_F = sqrt(<A, A>)`, without overflow or underflow where the norm itself has neither.
/// Waits. Throws `nonfinite_error`.
template <class T, class Space>
double frobenius_norm(context<Space>& ctx, const tensor_view<T, Space>& a);

/// `||A - B||_F`, as accurate as `frobenius_norm`. Waits. Throws `shape_error`, `nonfinite_error`.
template <class T, class Space>
double distance(context<Space>& ctx, const tensor_view<T, Space>& a,
                input<std::remove_const_t<T>, Space> b);

/// A + B, A - B, factor A, entry by entry: new tensors. Allocate, then enqueue only; move NaN and
/// Inf too. Throw `shape_error`.
template <class T, class Space>
tensor<std::remove_const_t<T>, Space> add(context<Space>& ctx, const tensor_view<T, Space>& a,
                                          input<std::remove_const_t<T>, Space> b);
template <class T, class Space>
tensor<std::remove_const_t<T>, Space> subtract(context<Space>& ctx, const tensor_view<T, Space>& a,
                                               input<std::remove_const_t<T>, Space> b);
template <class T, class Space>
tensor<std::remove_const_t<T>, Space> scale(context<Space>& ctx, double factor,
                                            const tensor_view<T, Space>& a);

}  // namespace tubal
