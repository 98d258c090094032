#include "report/input_text.hpp"

#include <fstream>
#include <iterator>

namespace tubal::report {

std::string read_text(const std::filesystem::path& path, const std::string& expected) {
  io::require_readable(path, expected);
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) throw io::file_error(path, "cannot read");
  return text;
}

}  // namespace tubal::report
