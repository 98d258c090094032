// tubal plot
#include "cli/draw/gnuplot.hpp"
#include "cli/draw/plot_script.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "io/atomic_file.hpp"

#include <algorithm>
#include <memory>

namespace tubal::cli {

namespace {

namespace fs = std::filesystem;

picture format_of(const fs::path& path) {
  auto ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending == ".svg") return picture::svg;
  if (ending == ".png") return picture::png;
  throw usage_error("--output: expected a name that ends in .svg or .png, got " + path.string());
}

int run_plot(const fs::path& input, const fs::path& output) {
  const auto format = format_of(output);
  const auto run = io::read_run_file(input);
  std::error_code code;
  if (fs::equivalent(input, output, code) && !code)
    throw usage_error("--output: would overwrite the run file " + input.string());
  io::require_writable(output);
  const auto script = plot_script(run, format);
  if (script.empty()) throw io::file_error(input, "group 'trajectory': expected rows to draw");
  const auto image = run_gnuplot(script, plot_data(run));
  io::write_atomically(output, image.data(), image.size());
  return ok;
}

}  // namespace

subcommand plot_command() {
  struct files {
    std::string input, output;
  };
  const auto names = std::make_shared<files>();
  subcommand command{"plot", "Draw the errors, angles and stages of a run (gnuplot)",
                     [names] { return run_plot(names->input, names->output); }};
  command.add("RUN", &names->input, "Run file of tubal recover").required().shown_as(" ");
  command.add_output(&names->output, "Picture to write, .svg or .png").required();
  return command;
}

}  // namespace tubal::cli
