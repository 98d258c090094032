// The one file that knows CLI11.
#include "cli/terminal/options.hpp"

#include "cli/terminal/exit_code.hpp"
#include "text/nearest.hpp"
#include "text/number.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <limits>

namespace tubal::cli {

namespace {

using strings = std::vector<std::string>;

/// Takes the values; returns what was expected otherwise, or "".
const char* put(bool& to, const strings&) { return to = true, ""; }
const char* put(std::string& to, const strings& given) { return to = given.back(), ""; }
const char* put(strings& to, const strings& given) { return to = given, ""; }

const char* put(std::int64_t& to, const strings& given) {
  const auto value = text::parse_whole(given.back());
  if (!value) return "a whole number";
  return to = *value, "";
}

const char* put(int& to, const strings& given) {
  constexpr std::int64_t low = std::numeric_limits<int>::min(),
                         high = std::numeric_limits<int>::max();
  std::int64_t value = 0;
  const char* const expected = put(value, given);
  to = static_cast<int>(std::clamp(value, low, high));
  return expected;
}

const char* put(double& to, const strings& given) {
  const auto value = text::parse_real(given.back());
  if (!value) return "a number";
  return to = *value, "";
}

template <class Value>
const char* put(std::optional<Value>& to, const strings& given) {
  return put(to.emplace(), given);
}

std::string first_long_name(const option& o) {
  const auto begin = o.names.find("--");
  if (begin == std::string::npos) return o.names;
  return o.names.substr(begin, o.names.find(',', begin) - begin);
}

void put(const option& o, const strings& given) {
  const std::string expected = std::visit([&](auto* to) { return put(*to, given); }, o.to);
  if (!expected.empty())
    throw CLI::ValidationError(first_long_name(o),
                               "expected " + expected + ", got " + given.back());
}

const char* type_of(const option_target& to) {
  struct types {
    const char* operator()(const bool*) { return ""; }
    const char* operator()(const int*) { return "INT"; }
    const char* operator()(const std::int64_t*) { return "INT"; }
    const char* operator()(const std::optional<std::int64_t>*) { return "INT"; }
    const char* operator()(const double*) { return "FLOAT"; }
    const char* operator()(const std::optional<double>*) { return "FLOAT"; }
    const char* operator()(const void*) { return "TEXT"; }
  };
  return std::visit(types{}, to);
}

std::string in_range(const option& o, const std::string& given) {
  const auto value = text::parse_whole(given);
  const auto [low, high] = *o.range;
  if (value && low <= *value && *value <= high) return "";
  return "expected " + std::to_string(low) + " to " + std::to_string(high) + ", got " + given;
}

CLI::Option* add_flag_to(CLI::App& app, const option& o) {
  return app.add_flag_callback(
      o.names, [&o] { put(o, {}); }, o.text);
}

CLI::Option* add_to(CLI::App& app, const option& o) {
  if (std::holds_alternative<bool*>(o.to)) return add_flag_to(app, o);
  CLI::Option* added = app.add_option(
      o.names, [&o](const strings& given) { return put(o, given), true; }, o.text);
  added->type_name(type_of(o.to));
  if (std::holds_alternative<strings*>(o.to))  // one argument at a time, where it has a name
    added->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(o.names[0] != '-');
  if (o.separator != '\0') added->delimiter(o.separator);
  if (!o.choices.empty()) added->check(CLI::IsMember(o.choices));
  if (o.range) added->check([&o](const std::string& given) { return in_range(o, given); });
  if (!o.placeholder.empty()) added->option_text(o.placeholder);
  return added->required(o.is_required);
}

CLI::App* add_to(CLI::App& app, const subcommand& s, const std::deque<option>& of_all) {
  CLI::App* sub = app.add_subcommand(s.name, s.text);
  sub->footer(s.footer);
  for (const auto* options : {&s.options, &of_all})
    for (const auto& o : *options) add_to(*sub, o)->group(o.group);
  for (const auto& o : s.options)
    for (const auto& other : o.excluded)
      sub->get_option(first_long_name(o))->excludes(sub->get_option(other));
  return sub;
}

strings names_of(const CLI::App& app) {
  strings names;
  for (const auto* o : app.get_options()) {
    for (const auto& name : o->get_lnames()) names.push_back("--" + name);
    for (const auto& name : o->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::string did_you_mean(const std::string& name, const strings& known) {
  const auto best = text::nearest(name, known);
  return best.empty() ? "" : "; did you mean '" + best + "'?";
}

/// Of arguments that nothing takes: options before others, in the order given.
void refuse_unknown(const CLI::App& app) {
  const auto left = app.remaining();
  for (const auto& argument : left)
    if (argument.size() > 1 && argument[0] == '-') {
      const auto name = argument.substr(0, argument.find('='));
      throw usage_error("unknown option " + name +
                        (name.size() > 2 ? did_you_mean(name, names_of(app)) : ""));
    }
  if (!left.empty()) throw usage_error("unexpected argument '" + left.front() + "'");
}

/// -rank for --rank, which would be read as -r with the value ank.
void refuse_single_dashes(const CLI::App& app, int argc, const char* const* argv) {
  const auto known = names_of(app);
  for (int i = 2; i < argc; ++i) {
    const std::string name = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    if (name.size() > 2 && name[0] == '-' && name[1] != '-' &&
        std::find(known.begin(), known.end(), "-" + name) != known.end())
      throw usage_error("unknown option " + name + "; did you mean '-" + name + "'?");
  }
}

[[noreturn]] void refuse(const CLI::App& app, const CLI::ParseError& e, const std::string& first) {
  if (!app.get_subcommands().empty()) {
    if (!app.remaining().empty())
      throw usage_error(app.remaining().front() + ": expected after the subcommand, see tubal " +
                        app.get_subcommands().front()->get_name() + " --help");
    refuse_unknown(*app.get_subcommands().front());
    throw usage_error(e.what());
  }
  strings known;
  for (const auto* sub : app.get_subcommands({})) known.push_back(sub->get_name());
  if (first.empty()) throw usage_error("expected a subcommand, see tubal --help");
  if (first[0] != '-')
    throw usage_error("unknown subcommand '" + first + "', see tubal --help" +
                      did_you_mean(first, known));
  refuse_unknown(app);
  throw usage_error(e.what());
}

}  // namespace

option& subcommand::add(const std::string& names, option_target to,
                        const std::string& text_of_option) {
  return options.emplace_back(option{names, to, text_of_option, group});
}

option& subcommand::add_output(option_target to, const std::string& text_of_option) {
  return add("-o,--output,--out", to, text_of_option).shown_as("FILE");
}

int command_line::run(int argc, const char* const* argv) const {
  CLI::App app(text, name);
  app.footer(footer);
  app.set_version_flag("-V,--version", version);
  app.require_subcommand(1);
  for (const auto& o : options) add_to(app, o)->group(o.group);
  std::vector<std::pair<const CLI::App*, const subcommand*>> parsers;
  for (const auto& s : subcommands) parsers.emplace_back(add_to(app, s, options), &s);
  const std::string first = argc > 1 ? argv[1] : "";
  for (const auto& [parser, s] : parsers)
    if (s->name == first) refuse_single_dashes(*parser, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);
    refuse(app, e, first);
  }
  for (const auto& [parser, s] : parsers)
    if (parser->parsed()) return s->run();
  throw usage_error("expected a subcommand, see tubal --help");
}

}  // namespace tubal::cli
