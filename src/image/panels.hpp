// Pictures beside each other.
#pragma once

#include "picture.hpp"

namespace tubal::image {

/// Pictures of one size in a row, white between them.
picture side_by_side(const std::vector<picture>& panels);

/// |a - b| times `gain`, at most 1.
picture difference(const picture& a, const picture& b, double gain);

}  // namespace tubal::image
