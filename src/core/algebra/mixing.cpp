// How products of one-dimensional half spectra become a multi-dimensional one.
#include "core/algebra/separable_transform.hpp"

namespace tubal::detail {

namespace {

/// Where one dimension's slice f lies among the rows of `transform::values`: its real part, its
/// imaginary part (none for real slices), and the sign of the latter in slice f.
struct place {
  std::int64_t real, imaginary;
  int sign;
};
place place_of(std::int64_t f, std::int64_t k) {
  const std::int64_t pairs = slice_counts(k).complex;
  if (f == 0) return {2 * pairs, -1, 0};
  if (2 * f == k) return {k - 1, -1, 0};
  return f <= pairs ? place{2 * f - 2, 2 * f - 1, 1} : place{2 * (k - f) - 2, 2 * (k - f) - 1, -1};
}

/// i^power * number
struct term {
  std::int64_t number;
  int power;
};

/// prod_d (real_d + i sign_d imaginary_d), multiplied out.
std::vector<term> terms_of(std::int64_t f, const tube_dimensions& dimensions) {
  std::vector<term> terms{{0, 0}};
  std::int64_t stride = 1, rest = f;
  for (const std::int64_t k : dimensions) {
    const place p = place_of(rest % k, k);
    std::vector<term> next;
    for (const term& t : terms) {
      next.push_back({t.number + stride * p.real, t.power});
      if (p.sign != 0)
        next.push_back({t.number + stride * p.imaginary, (t.power + (p.sign > 0 ? 1 : 3)) % 4});
    }
    terms = std::move(next);
    stride *= k;
    rest /= k;
  }
  return terms;
}

void add(mixing_table& table, std::int64_t row, std::int64_t number, bool negative) {
  std::int64_t* entry = table.entries.data() + row * table.terms;
  while (*entry != 0) ++entry;
  *entry = negative ? -(number + 1) : number + 1;
}

}  // namespace

std::pair<mixing_table, mixing_table> mixing_tables(const tube_dimensions& dimensions,
                                                    const std::vector<std::int64_t>& stored) {
  const auto k = static_cast<std::int64_t>(stored.size());
  const std::int64_t complex = k - *std::max_element(stored.begin(), stored.end()) - 1;
  mixing_table join, split;
  join.terms = split.terms = std::int64_t{1} << ((dimensions.count - 1));
  for (mixing_table* t : {&join, &split}) {
    t->entries.resize(static_cast<std::size_t>(k * t->terms));
    t->weights.assign(static_cast<std::size_t>(k), 1.0);
  }
  std::vector<bool> done(static_cast<std::size_t>(k));
  for (std::int64_t f = 0; f < k; ++f) {
    const std::int64_t slice = stored[static_cast<std::size_t>(f)];
    if (done[static_cast<std::size_t>(slice)]) continue;
    done[static_cast<std::size_t>(slice)] = true;
    const bool is_real = slice >= complex;
    const std::int64_t row = is_real ? complex + slice : 2 * slice;
    const std::vector<term> terms = terms_of(f, dimensions);
    for (const term& t : terms) {
      const std::int64_t to = row + t.power % 2;
      add(join, to, t.number, t.power >= 2);
      add(split, t.number, to, t.power >= 2);
      // the rows are orthogonal, of as many entries +-1 each
      split.weights[static_cast<std::size_t>(t.number)] =
          is_real ? 1.0 : 2.0 / static_cast<double>(terms.size());
    }
  }
  return {join, split};
}

}  // namespace tubal::detail
