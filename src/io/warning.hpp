// What a user should hear of, though it is no error.
#pragma once

#include <functional>
#include <string>

namespace tubal::io {

/// One line without an end. Does nothing until somebody listens.
void warn(const std::string& text);

/// `listener` hears the warnings of this process; the command prints them.
void listen_to_warnings(std::function<void(const std::string&)> listener);

}  // namespace tubal::io
