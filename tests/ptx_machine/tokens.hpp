// PTX text, one token after the other.
#pragma once

#include <cctype>
#include <charconv>
#include <string>
#include <string_view>

#include "syntax.hpp"

namespace ptx {

class tokens {
 public:
  explicit tokens(std::string_view text) : text_(text) { skip(); }

  bool at_end() const { return at_ == text_.size(); }
  std::size_t position() const { return at_; }
  void go_to(std::size_t position) {
    at_ = position;
    skip();
  }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool accept(char c) {
    if (peek() != c) return false;
    ++at_;
    skip();
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail(std::string("expected '") + c + "'");
  }
  /// A name, a number, a directive: letters, digits and what else may stand in one.
  std::string_view word() {
    const std::size_t begin = at_;
    while (!at_end() && in_word(text_[at_]) && !ends_label(begin)) ++at_;
    if (at_ == begin) fail("expected a name");
    const std::string_view found = text_.substr(begin, at_ - begin);
    skip();
    return found;
  }
  std::string_view quoted() {
    expect('"');
    const std::size_t begin = at_, end = text_.find('"', at_);
    if (end == text_.npos) fail("a string without end");
    go_to(end + 1);
    return text_.substr(begin, end - begin);
  }
  /// What stands before `stop`, which is passed over.
  std::string_view until(char stop) {
    const std::size_t begin = at_, end = text_.find(stop, at_);
    if (end == text_.npos) fail(std::string("no '") + stop + "'");
    go_to(end + 1);
    return text_.substr(begin, end - begin);
  }
  std::int64_t integer() {
    const bool minus = accept('-');
    std::string_view digits = word();
    while (!digits.empty() && digits.back() == 'U') digits.remove_suffix(1);
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2), base = 16;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value, base);
    if (error != std::errc() || end != digits.end()) fail("not a number: " + std::string(digits));
    return static_cast<std::int64_t>(minus ? -value : value);
  }
  /// Passes over a body, and returns what stands between its braces.
  std::string_view braced() {
    expect('{');
    const std::size_t begin = at_;
    for (int depth = 1; depth > 0; ++at_) {
      if (at_end()) fail("a body without end");
      if (text_[at_] == '{') ++depth;
      if (text_[at_] == '}') --depth;
    }
    const std::string_view found = text_.substr(begin, at_ - 1 - begin);
    skip();
    return found;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw syntax_error(what + " at \"" + std::string(text_.substr(at_, 60)) + '"');
  }

 private:
  /// Behind the colon of a label; two colons are part of a name.
  bool ends_label(std::size_t begin) const {
    return at_ > begin && text_[at_ - 1] == ':' && text_[at_] != ':' &&
           (at_ < begin + 2 || text_[at_ - 2] != ':');
  }
  static bool in_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' ||
           c == '.' || c == ':';
  }
  void skip() {
    while (!at_end()) {
      if (std::isspace(static_cast<unsigned char>(text_[at_]))) {
        ++at_;
      } else if (text_.compare(at_, 2, "//") == 0) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.compare(at_, 2, "/*") == 0) {
        const std::size_t end = text_.find("*/", at_);
        at_ = end == text_.npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace ptx
