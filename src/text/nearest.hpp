// What a misspelt name was meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tubal::text {

/// The known name with the smallest edit distance; the first of several.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace tubal::text
