#include "npy_header.hpp"

#include <tubal/error.hpp>

#include <cctype>
#include <set>

namespace tubal::io {

namespace {

class parser {
 public:
  explicit parser(std::string_view text) : text_(text) {}

  npy_header header() {
    expect('{');
    std::set<std::string> keys;
    do {
      if (accept('}')) return finished(keys);
      const auto key = quoted();
      expect(':');
      value_of(key);
      if (!keys.insert(key).second) fail("has '" + key + "' twice");
    } while (accept(','));
    expect('}');
    return finished(keys);
  }

 private:
  [[noreturn]] static void fail(const std::string& what) {
    throw error("damaged header, it " + what);
  }

  npy_header finished(const std::set<std::string>& keys) {
    for (const char* key : {"descr", "fortran_order", "shape"})
      if (keys.count(key) == 0) fail(std::string("lacks '") + key + "'");
    skip_space();
    if (!text_.empty()) fail("goes on after its end");
    return found_;
  }

  void value_of(const std::string& key) {
    if (key == "descr")
      found_.descr = type();
    else if (key == "fortran_order")
      found_.fortran_order = boolean();
    else if (key == "shape")
      found_.sizes = tuple();
    else
      fail("has another key than 'descr', 'fortran_order' and 'shape'");
  }

  void skip_space() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n')) text_.remove_prefix(1);
  }
  bool accept(std::string_view word) {
    skip_space();
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool accept(char c) { return accept(std::string_view(&c, 1)); }
  void expect(char c) {
    if (!accept(c)) fail(std::string("lacks a ") + c);
  }

  std::string quoted() {
    const char quote = accept('\'') ? '\'' : accept('"') ? '"' : '\0';
    const auto end = quote == '\0' ? std::string_view::npos : text_.find(quote);
    if (end == std::string_view::npos) fail("lacks a text in quotes");
    std::string found(text_.substr(0, end));
    text_.remove_prefix(end + 1);
    return found;
  }

  // A list of fields is no type of ours; its text is for the message.
  std::string type() {
    skip_space();
    if (text_.empty() || text_[0] != '[') return quoted();
    const auto end = text_.rfind(']');
    if (end == std::string_view::npos) fail("lacks a ]");
    std::string found(text_.substr(0, end + 1));
    text_.remove_prefix(end + 1);
    return found;
  }

  bool boolean() {
    if (accept("True")) return true;
    if (!accept("False")) fail("has a 'fortran_order' that is neither True nor False");
    return false;
  }

  std::int64_t size() {
    skip_space();
    constexpr std::size_t most_digits = 18;  // fit std::int64_t
    std::size_t digits = 0;
    std::int64_t value = 0;
    for (; digits < text_.size() && std::isdigit(static_cast<unsigned char>(text_[digits])) != 0;
         ++digits) {
      if (digits == most_digits) fail("has a size that no array has");
      value = 10 * value + (text_[digits] - '0');
    }
    if (digits == 0) fail("has a 'shape' that is no tuple of sizes");
    text_.remove_prefix(digits);
    return value;
  }

  extents tuple() {
    extents sizes;
    expect('(');
    while (!accept(')')) {
      sizes.push_back(size());
      if (accept(',')) continue;
      if (sizes.size() == 1) fail("has a 'shape' that is no tuple of sizes");
      expect(')');
      break;
    }
    return sizes;
  }

  std::string_view text_;
  npy_header found_;
};

}  // namespace

npy_header parse_npy_header(std::string_view text) { return parser(text).header(); }

}  // namespace tubal::io
