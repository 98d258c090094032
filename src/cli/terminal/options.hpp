// Subcommands and their options: declared here, parsed in options.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tubal::cli {

/// Where a value goes; its type says what is taken. Whole numbers may be written as 1e4. Of an
/// optional nothing remains where nothing was given; a bool is a flag; a vector takes several.
using option_target =
    std::variant<bool*, std::string*, std::optional<std::string>*, std::vector<std::string>*, int*,
                 std::int64_t*, std::optional<std::int64_t>*, double*, std::optional<double>*>;

struct option {
  std::string names;  ///< "-o,--output"; without a dash: an argument known by its place
  option_target to;
  std::string text;
  std::string group = "Options";  ///< of the help
  std::string placeholder = {};   ///< in the help, in place of the type
  bool is_required = false;
  std::vector<std::string> choices = {};  ///< empty: any value
  std::optional<std::pair<std::int64_t, std::int64_t>> range = {};
  std::vector<std::string> excluded = {};  ///< names of options that cannot be given too
  char separator = '\0';                   ///< between the values of a vector

  option& required() { return is_required = true, *this; }
  option& shown_as(std::string name) { return placeholder = std::move(name), *this; }
  option& one_of(std::vector<std::string> all) { return choices = std::move(all), *this; }
  option& between(std::int64_t low, std::int64_t high) { return range = {low, high}, *this; }
  option& excludes(std::vector<std::string> all) { return excluded = std::move(all), *this; }
  option& separated_by(char c) { return separator = c, *this; }
};

struct subcommand {
  std::string name;
  std::string text;
  std::function<int()> run = {};  ///< returns the exit code; options have their values by then
  std::string footer = {};        ///< of the help
  std::deque<option> options = {};
  std::string group = "Options";  ///< of the options that are added next

  option& add(const std::string& names, option_target to, const std::string& text_of_option);
  /// -o, --output or --out.
  option& add_output(option_target to, const std::string& text_of_option);
};

/// The whole command.
struct command_line {
  std::string name, text, version, footer;
  std::vector<subcommand> subcommands;
  std::deque<option> options = {};  ///< of every subcommand, before or after its name

  /// Runs the subcommand chosen, or prints what --help or --version ask for. Returns the exit code.
  /// Throws `usage_error`, and what the subcommand throws.
  int run(int argc, const char* const* argv) const;
};

}  // namespace tubal::cli
