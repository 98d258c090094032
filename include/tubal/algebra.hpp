// Operations that need no transform: transpose, identity, inner product, norm.
#pragma once

#include <tubal/tensor.hpp>

namespace tubal {

/// `A^T`, n2 x n1 x k, of a, n1 x n2 x k: every frontal slice transposed, slices 1 .. k-1 reversed,
///   C(j,i,0) = A(i,j,0),   C(j,i,l) = A(i,j,k-l),   per slice   C^_f = A^_f^H.
/// Enqueues only. Throws `shape_error`, `alias_error`. Reads and writes n1 n2 k reals; moves them
/// as they are, NaN and Inf too.
template <class T, class Space>
void transpose(context<Space>& ctx, input<T, Space> a, tensor_view<T, Space> c);

/// `E`, n x n x k, with `E * A = A`: first frontal slice the identity matrix, the rest zero.
/// Enqueues only. Throws `shape_error` when e is not square.
template <class T, class Space>
void set_identity(context<Space>& ctx, tensor_view<T, Space> e);

/// `<A, B> = sum_ijl A(i,j,l) B(i,j,l)`, accumulated in double in an order that depends on the size
/// alone. Waits. Throws `shape_error`; `nonfinite_error` when the sum is NaN or Inf.
template <class T, class Space>
double inner_product(context<Space>& ctx, input<T, Space> a, const tensor_view<T, Space>& b);

/// `||A||_F = sqrt(<A, A>)`, without overflow or underflow where the norm itself has neither.
/// Waits. Throws `nonfinite_error`.
template <class T, class Space>
double frobenius_norm(context<Space>& ctx, const tensor_view<T, Space>& a);

}  // namespace tubal
