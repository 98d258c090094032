// tubal report
#include "cli/draw/gnuplot.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/printable.hpp"
#include "io/atomic_file.hpp"
#include "report/evaluate/names.hpp"
#include "report/figures/cells.hpp"
#include "report/page/page.hpp"

#include <iostream>
#include <memory>
#include <set>

namespace tubal::cli {

namespace {

namespace fs = std::filesystem;

struct report_options {
  std::vector<std::string> folders;
  std::string output;
  std::string pictures;
  std::string title = "Report on sweeps";
  bool check = false;
};

void write(const fs::path& path, const std::string& text) {
  io::write_atomically(path, text.data(), text.size());
}

std::string drawn(const report::picture& picture) {
  const auto image = run_gnuplot(picture.script, "");
  return {image.begin(), image.end()};
}

report::chapter make_chapter(const fs::path& folder) {
  report::chapter c{report::read_results(folder), {}, {}};
  for (const auto& plan : c.of.plan.figures) {
    report::drawn_figure f{report::make_figure(c.of, plan), {}};
    for (const auto& picture : f.what.pictures) f.pictures.push_back(drawn(picture));
    c.figures.push_back(std::move(f));
  }
  return c;
}

/// Two folders of one name get names of their own.
void make_names_differ(std::vector<report::chapter>& chapters) {
  std::set<std::string> taken;
  for (auto& c : chapters) {
    const auto name = c.of.name;
    for (int i = 2; !taken.insert(c.of.name).second; ++i)
      c.of.name = name + "-" + std::to_string(i);
  }
}

void write_figure(const fs::path& folder, const std::string& name, const report::drawn_figure& f) {
  for (std::size_t i = 0; i < f.pictures.size(); ++i)
    write(folder / (name + (f.pictures.size() > 1 ? "-" + std::to_string(i + 1) : "") + ".svg"),
          f.pictures[i]);
  for (const auto& data : f.what.data)
    write(folder / (name + data.suffix + ".csv"), report::csv(data.values));
}

void make_folder(const fs::path& folder) {
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) throw io::write_error(folder, "cannot make the folder: " + code.message());
}

void write_pictures(const fs::path& folder, const std::vector<report::chapter>& chapters) {
  make_folder(folder);
  for (const auto& c : chapters)
    for (std::size_t i = 0; i < c.figures.size(); ++i)
      write_figure(folder, c.of.name + "-figure-" + std::to_string(i + 1), c.figures[i]);
}

void print_failed(const report::judgement& j) {
  for (const auto& f : j.findings)
    if (f.outcome != report::verdict::holds)
      std::cout << "  " << report::word(f.outcome) << ": " << printable(j.claim->text)
                << (f.where.empty() ? "" : ", " + printable(f.where)) << ": found "
                << report::shown(f.value) << ", expected " << report::bounds_of(*j.claim) << '\n';
}

bool print_outcome(const report::chapter& c, bool failed_ones) {
  const auto held = report::holding(c.judgements);
  std::cout << printable(c.of.name) << ": " << held << " of " << c.judgements.size()
            << " expectations hold";
  if (c.of.finished() < c.of.expected())
    std::cout << ", " << c.of.expected() - c.of.finished() << " of " << c.of.expected()
              << " trials missing";
  std::cout << '\n';
  if (failed_ones)
    for (const auto& j : c.judgements) print_failed(j);
  return held == c.judgements.size();
}

int run_report(const report_options& options) {
  io::require_writable(options.output);
  std::vector<report::chapter> chapters;
  for (const auto& folder : options.folders) chapters.push_back(make_chapter(folder));
  for (auto& c : chapters) c.judgements = report::judge(c.of);
  make_names_differ(chapters);
  write(options.output, report::page(options.title, chapters));
  if (!options.pictures.empty()) write_pictures(options.pictures, chapters);
  bool all = true;
  for (const auto& c : chapters) all = print_outcome(c, options.check) && all;
  return all || !options.check ? ok : not_as_expected;
}

}  // namespace

subcommand report_command() {
  const auto options = std::make_shared<report_options>();
  subcommand command{"report", "Write a page about sweeps: figures, expectations",
                     [options] { return run_report(*options); }};
  command.add("DIR", &options->folders, "Folders of tubal sweep").required().shown_as(" ");
  command.add_output(&options->output, "Page to write").required();
  command.add("--pictures", &options->pictures, "Also write each figure as .svg and .csv there")
      .shown_as("FOLDER");
  command.add("--title", &options->title, "Title of the page").shown_as("TEXT");
  command.add("--check", &options->check, "Exit with 7, and say which, if an expectation fails");
  return command;
}

}  // namespace tubal::cli
