// The operations of the algebra, for any precision and space.
#pragma once

#include "cli/algebra/settings.hpp"

#include <tubal/algebra.hpp>
#include <tubal/eigen.hpp>
#include <tubal/norms.hpp>
#include <tubal/qr.hpp>
#include <tubal/solve.hpp>
#include <tubal/svd.hpp>
#include <tubal/tproduct.hpp>

#include <utility>

namespace tubal::cli {

/// Numbers: what is asked for first; the rest is told with --json.
struct algebra_numbers {
  double value = 0;
  std::vector<std::int64_t> multi_rank;
  double average_rank = 0;
};

template <class T>
struct algebra_result {
  std::vector<io::named_array<T>> tensors;
  algebra_numbers numbers;
  std::vector<std::string> warnings;
};

template <class T, class Space>
std::vector<tensor<T, Space>> list(tensor<T, Space> x) {
  std::vector<tensor<T, Space>> all;
  all.push_back(std::move(x));
  return all;
}
template <class T, class Space, class... Rest>
std::vector<tensor<T, Space>> list(tensor<T, Space> x, Rest... rest) {
  auto all = list(std::move(x));
  (all.push_back(std::move(rest)), ...);
  return all;
}

template <class T, class Space>
tensor<T, Space> transposed(context<Space>& ctx, const tensor<T, Space>& a,
                            const transform& along) {
  tensor<T, Space> c(ctx, {a.shape().cols, a.shape().rows, a.shape().tube});
  transpose(ctx, a, c, along);
  return c;
}

template <class T, class Space>
svd_factors<T, Space> svd_of(context<Space>& ctx, const tensor<T, Space>& a,
                             const algebra_settings& s) {
  if (s.given.tolerance)
    return truncated_svd(ctx, a, truncation::numerical_rank(s.given.tolerance), s.along);
  return svd(ctx, a,
             {.size = s.given.full ? factor_size::full : factor_size::economy,
              .rank = s.given.rank,
              .along = s.along});
}

template <class T, class Space>
tensor<T, Space> solution_of(context<Space>& ctx, const tensor<T, Space>& a,
                             const tensor<T, Space>& b, const algebra_settings& s) {
  if (a.shape().rows == a.shape().cols && !s.given.tolerance) return solve(ctx, a, b, s.along);
  return least_squares(ctx, a, b, s.given.tolerance, s.along);
}

/// The operations that give tensors, in the order of `algebra_operation::factors`.
template <class T, class Space>
std::vector<tensor<T, Space>> tensors_of(context<Space>& ctx,
                                         const std::vector<tensor<T, Space>>& in,
                                         const algebra_settings& s) {
  const auto& a = in.front();
  const auto& o = s.given;
  const auto op_of = [](const std::string& name) { return name == "t" ? op::transpose : op::none; };
  const auto size = o.full ? factor_size::full : factor_size::economy;
  switch (s.operation.kind) {
    case algebra_kind::tprod:
      return list(tproduct(ctx, a, in[1], {op_of(o.op_a), op_of(o.op_b), s.along}));
    case algebra_kind::transpose:
      return list(transposed(ctx, a, s.along));
    case algebra_kind::svd: {
      auto f = svd_of(ctx, a, s);
      return list(std::move(f.u), std::move(f.s), std::move(f.v));
    }
    case algebra_kind::qr: {
      auto f = qr(ctx, a, size, s.along);
      return list(std::move(f.q), std::move(f.r));
    }
    case algebra_kind::eig: {
      auto f = eigen(ctx, a, s.along);
      return list(std::move(f.v), std::move(f.d));
    }
    case algebra_kind::inv:
      return list(inverse(ctx, a, s.along));
    case algebra_kind::pinv:
      return list(pseudo_inverse(ctx, a, o.tolerance, s.along));
    case algebra_kind::solve:
      return list(solution_of(ctx, a, in[1], s));
    default:
      return {};
  }
}

template <class T, class Space>
algebra_numbers numbers_of(context<Space>& ctx, const tensor<T, Space>& a,
                           const algebra_settings& s) {
  algebra_numbers found;
  const bool wants_norm = s.operation.kind == algebra_kind::norm;
  if (wants_norm && s.given.norm == "frobenius") {
    found.value = frobenius_norm(ctx, a);
    return found;
  }
  const auto values = singular_values_of(ctx, a, s.along);
  if (wants_norm) {
    found.value = s.given.norm == "spectral" ? spectral_norm(values) : nuclear_norm(values);
    return found;
  }
  found.value = static_cast<double>(tubal_rank(values, s.given.tolerance));
  found.multi_rank = multi_rank(values, s.given.tolerance);
  found.average_rank = average_rank(values, s.given.tolerance);
  return found;
}

template <class T, class Space>
algebra_result<T> compute_on(const algebra_settings& s, const typename Space::options& where) {
  context<Space> ctx{where};
  std::vector<tensor<T, Space>> in;
  for (const auto& file : s.inputs)
    in.push_back(from_host(ctx, shape_of(file.sizes()), file.template read<T>()));
  algebra_result<T> result;
  if (s.operation.gives_number()) {
    result.numbers = numbers_of(ctx, in.front(), s);
    return result;
  }
  const auto out = tensors_of(ctx, in, s);
  result.warnings = ctx.take_warnings();
  for (std::size_t i = 0; i < out.size(); ++i) {
    io::extents sizes = {out[i].shape().rows, out[i].shape().cols};
    sizes.insert(sizes.end(), s.tube.begin(), s.tube.end());
    result.tensors.push_back({s.outputs[i], sizes, to_host(ctx, out[i])});
  }
  return result;
}

}  // namespace tubal::cli
