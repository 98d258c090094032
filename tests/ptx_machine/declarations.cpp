#include "declarations.hpp"

#include <cstring>

namespace ptx {

std::int64_t bytes_of(std::string_view type) {
  if (type == "b128") return 16;
  if (type.size() < 2 || std::string_view("bsuf").find(type[0]) == std::string_view::npos) return 0;
  const std::string_view bits = type.substr(1);
  return bits == "8" ? 1 : bits == "16" ? 2 : bits == "32" ? 4 : bits == "64" ? 8 : 0;
}

namespace {

std::uint64_t read_value(tokens& in) {
  const std::size_t at = in.position();
  const std::string_view word = in.peek() == '-' ? std::string_view() : in.word();
  if (word.size() > 2 && word[0] == '0' && std::strchr("dDfF", word[1])) {
    std::uint64_t bits = 0;
    std::from_chars(word.begin() + 2, word.end(), bits, 16);
    return bits;
  }
  in.go_to(at);
  return static_cast<std::uint64_t>(in.integer());
}

void read_values(tokens& in, std::int64_t width, std::vector<unsigned char>& bytes) {
  in.expect('{');
  while (!in.accept('}')) {
    if (in.peek() == '{') {
      read_values(in, width, bytes);
    } else {
      const std::uint64_t value = read_value(in);
      unsigned char raw[8];
      std::memcpy(raw, &value, 8);
      bytes.insert(bytes.end(), raw, raw + width);
    }
    in.accept(',');
  }
}

}  // namespace

variable read_variable(tokens& in) {
  variable v;
  std::int64_t width = 0, vector = 1;
  bool aligned = false;
  std::string_view word = in.word();
  for (; word[0] == '.'; word = in.word()) {
    if (word == ".align") {
      v.align = in.integer();
      aligned = true;
    } else if (word == ".v2" || word == ".v4") {
      vector = word[2] - '0';
    } else if (word == ".ptr" || word == ".global" || word == ".const" || word == ".attribute") {
      if (word == ".attribute") in.expect('('), in.until(')');
    } else if (bytes_of(word.substr(1)) > 0) {
      width = bytes_of(word.substr(1));
    } else {
      in.fail("a declaration with " + std::string(word));
    }
  }
  if (width == 0) in.fail("a variable without type");
  v.name = word;
  v.bytes = width * vector;
  if (!aligned) v.align = v.bytes;
  for (bool first = true; in.accept('['); first = false) {
    const std::int64_t count = in.peek() == ']' ? 0 : in.integer();
    v.bytes = (first ? width * vector : v.bytes) * count;
    in.expect(']');
  }
  if (in.accept('=')) {
    if (in.peek() == '{') {
      read_values(in, width, v.initial);
    } else {
      const std::uint64_t value = read_value(in);
      v.initial.resize(8);
      std::memcpy(v.initial.data(), &value, 8);
    }
    v.initial.resize(static_cast<std::size_t>(v.bytes));
  }
  return v;
}

}  // namespace ptx
