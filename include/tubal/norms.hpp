// Ranks and norms, from the singular values of the slices.
#pragma once

#include <tubal/half_spectrum.hpp>

#include <optional>
#include <vector>

namespace tubal {

/// The singular values of every slice f = 0 .. k-1, descending; conjugate slices have the same.
/// What is measured with them is below: one decomposition serves many measures.
struct singular_values {
  std::int64_t per_slice = 0;  ///< min(n1, n2)
  std::int64_t slices = 0;     ///< k
  std::vector<double> values;  ///< value i of slice f at f * per_slice + i
  double scale = 1;            ///< transform::scale
  double tolerance = 0;        ///< max(n1, n2) eps of the precision computed in

  double operator()(std::int64_t i, std::int64_t f) const {
    return values[static_cast<std::size_t>(f * per_slice + i)];
  }
};

/// Allocates, waits. Throws `nonfinite_error`, `backend_error`. Cost: a transform, and the singular
/// values of each stored slice.
template <class T, class Space>
singular_values singular_values_of(context<Space>& ctx, const tensor_view<T, Space>& a,
                                   const transform& along = {});

/// Singular values above `tolerance` times the largest one of all slices, in slice f = 0 .. k-1.
/// Without a tolerance, `singular_values::tolerance`.
std::vector<std::int64_t> multi_rank(const singular_values& s,
                                     std::optional<double> tolerance = std::nullopt);
/// The largest of the multi-rank: the number of nonzero singular tubes.
std::int64_t tubal_rank(const singular_values& s, std::optional<double> tolerance = std::nullopt);
/// The mean of the multi-rank.
double average_rank(const singular_values& s, std::optional<double> tolerance = std::nullopt);
/// max_f sigma_1: with the DFT, that of bcirc(A). 0 of an empty tensor.
double spectral_norm(const singular_values& s);
/// (1/c) sum_f sum_i sigma_i with c = `transform::scale`: with the DFT (1/k) times the nuclear norm
/// of bcirc(A), the dual of the spectral norm. Zhang and Aeron leave the factor 1/k out.
/// Source: Lu, Feng, Chen, Liu, Lin and Yan 2020.
double nuclear_norm(const singular_values& s);
/// max_f sigma_1 / min_f sigma_r; r = min(n1, n2) unless given. Infinite when that is 0. Throws
/// `argument_error` unless 1 <= r <= min(n1, n2).
double condition_number(const singular_values& s, std::optional<std::int64_t> r = std::nullopt);

// The same of a tensor: decomposes, waits.
template <class T, class Space>
auto multi_rank(context<Space>& ctx, const tensor_view<T, Space>& a,
                std::optional<double> tolerance = std::nullopt, const transform& along = {}) {
  return multi_rank(singular_values_of(ctx, a, along), tolerance);
}
template <class T, class Space>
std::int64_t tubal_rank(context<Space>& ctx, const tensor_view<T, Space>& a,
                        std::optional<double> tolerance = std::nullopt,
                        const transform& along = {}) {
  return tubal_rank(singular_values_of(ctx, a, along), tolerance);
}
template <class T, class Space>
double average_rank(context<Space>& ctx, const tensor_view<T, Space>& a,
                    std::optional<double> tolerance = std::nullopt, const transform& along = {}) {
  return average_rank(singular_values_of(ctx, a, along), tolerance);
}
template <class T, class Space>
double spectral_norm(context<Space>& ctx, const tensor_view<T, Space>& a,
                     const transform& along = {}) {
  return spectral_norm(singular_values_of(ctx, a, along));
}
template <class T, class Space>
double nuclear_norm(context<Space>& ctx, const tensor_view<T, Space>& a,
                    const transform& along = {}) {
  return nuclear_norm(singular_values_of(ctx, a, along));
}
template <class T, class Space>
double condition_number(context<Space>& ctx, const tensor_view<T, Space>& a,
                        std::optional<std::int64_t> r = std::nullopt, const transform& along = {}) {
  return condition_number(singular_values_of(ctx, a, along), r);
}

/// The singular tubes: row i of the result, q x 1 x k, is S(i,i,:). Allocates, waits; throws
/// `nonfinite_error`.
template <class T, class Space>
tensor<std::remove_const_t<T>, Space> singular_tubes(context<Space>& ctx,
                                                     const tensor_view<T, Space>& a,
                                                     const transform& along = {});

/// (1/c) sum_f trace A^_f = <E, A>, of a square tensor; with the DFT, the trace of the first
/// frontal slice, so that <A, B> = trace(A^T * B). For transforms that are no multiple of an
/// orthogonal one, <E, A>. Allocates, waits; throws `shape_error`, `nonfinite_error`.
template <class T, class Space>
double trace(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {});

}  // namespace tubal
