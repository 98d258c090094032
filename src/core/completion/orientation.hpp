// A tensor turned so that its tubes run along another dimension.
#pragma once

#include <tubal/completion.hpp>

#include <array>
#include <vector>

namespace tubal::detail {

class orientation {
 public:
  orientation(const shape& s, tube_direction d, const transform& last)
      : along(d == tube_direction::tube ? last : transform()), given_(s) {
    const std::array<std::int64_t, 3> n = {s.rows, s.cols, s.tube};
    const std::array<std::int64_t, 3> order =
        d == tube_direction::tube   ? std::array<std::int64_t, 3>{0, 1, 2}
        : d == tube_direction::cols ? std::array<std::int64_t, 3>{0, 2, 1}
                                    : std::array<std::int64_t, 3>{1, 2, 0};
    std::int64_t stride = 1;
    std::array<std::int64_t, 3> found;
    for (std::size_t at = 0; at < 3; ++at) {
      const auto from = static_cast<std::size_t>(order[at]);
      found[at] = n[from];
      strides_[from] = stride;
      stride *= n[from];
    }
    sizes = {found[0], found[1], found[2]};
  }

  /// Where entry e of the given tensor is in the turned one.
  std::int64_t index(std::int64_t e) const {
    return e % given_.rows * strides_[0] + e / given_.rows % given_.cols * strides_[1] +
           e / given_.slice_size() * strides_[2];
  }
  template <class T>
  std::vector<T> turn(const std::vector<T>& x) const {
    std::vector<T> turned(x.size());
    for (std::size_t e = 0; e < x.size(); ++e)
      turned[static_cast<std::size_t>(index(static_cast<std::int64_t>(e)))] = x[e];
    return turned;
  }
  template <class T>
  std::vector<T> back(const std::vector<T>& turned) const {
    std::vector<T> x(turned.size());
    for (std::size_t e = 0; e < x.size(); ++e)
      x[e] = turned[static_cast<std::size_t>(index(static_cast<std::int64_t>(e)))];
    return x;
  }

  shape sizes;
  transform along;

 private:
  shape given_;
  std::array<std::int64_t, 3> strides_;
};

}  // namespace tubal::detail
