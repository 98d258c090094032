// tubal plot
#include "cli/draw/gnuplot.hpp"
#include "cli/draw/plot_script.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "io/atomic_file.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

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

subcommand add_plot(CLI::App& app) {
  struct files {
    std::string input;
    std::string output;
  };
  auto names = std::make_shared<files>();
  auto* sub = app.add_subcommand("plot", "Draw the errors, angles and stages of a run (gnuplot)");
  sub->add_option("RUN", names->input, "Run file of tubal recover")->required()->option_text(" ");
  sub->add_option("-o,--output", names->output, "Picture to write, .svg or .png")
      ->required()
      ->option_text("FILE");
  return {sub, [names] { return run_plot(names->input, names->output); }};
}

}  // namespace tubal::cli
