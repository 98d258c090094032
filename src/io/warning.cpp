#include "warning.hpp"

#include <utility>

namespace tubal::io {

namespace {
std::function<void(const std::string&)>& heard_by() {
  static std::function<void(const std::string&)> listener;
  return listener;
}
}  // namespace

void warn(const std::string& text) {
  if (heard_by()) heard_by()(text);
}

void listen_to_warnings(std::function<void(const std::string&)> listener) {
  heard_by() = std::move(listener);
}

}  // namespace tubal::io
