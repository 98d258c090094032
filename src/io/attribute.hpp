// What an attribute of a file can be.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace tubal::io {

using attribute_value = std::variant<std::int64_t, double, std::string>;

}  // namespace tubal::io
