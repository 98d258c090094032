// Transforms as products with real matrices, one dimension of the tube after the other.
#pragma once

#include <tubal/half_spectrum.hpp>

#include <utility>
#include <vector>

#include "core/algebra/slices.hpp"

namespace tubal::detail {

/// Every stored real number of a multi-dimensional half spectrum as a sum of +- numbers of the
/// product of the one-dimensional ones, and back. Row s of a table gives number s as
/// weight[s] * sum of sign(e) * number |e| - 1 over the entries e != 0 of that row.
struct mixing_table {
  std::int64_t terms = 0;  // entries of a row
  std::vector<std::int64_t> entries;
  std::vector<double> weights;
};
/// From the product to the half spectrum, and the inverse.
std::pair<mixing_table, mixing_table> mixing_tables(const tube_dimensions& dimensions,
                                                    const std::vector<std::int64_t>& stored);

template <class T, class S>
class separable_transform {
 public:
  /// Allocates, waits.
  separable_transform(context<S>& ctx, shape s, const transform& along);

  void forward(const T* x, T* spectrum);
  void inverse(const T* spectrum, T* x);
  std::size_t workspace_bytes() const;

 private:
  struct dimension {
    std::int64_t before, length, after;  // tubes and faster dimensions, its own size, slower ones
    tensor<T, S> forward, inverse;       // length x length
  };
  struct mixing {
    std::int64_t terms = 0;
    storage<S> entries, weights;
  };
  mixing upload(const mixing_table& table);
  void multiply(const dimension& d, const tensor<T, S>& matrix, const T* x, T* y);
  void mix(const mixing& m, bool from_complex, const T* x, T* y);

  std::shared_ptr<backend<S>> b_;
  std::int64_t tubes_, tube_, complex_;
  std::vector<dimension> dimensions_;
  mixing join_, split_;          // several dimensions of a DFT alone
  tensor<T, S> first_, second_;  // between dimensions
};

}  // namespace tubal::detail
