// tubal info
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/printable.hpp"
#include "cli/terminal/problem_text.hpp"
#include "io/hdf5.hpp"
#include "io/problem_file.hpp"
#include "io/run_file.hpp"

#include <tubal/context.hpp>
#include <tubal/version.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

namespace tubal::cli {

namespace {

void print(const std::string& label, const std::string& text) {
  std::string padded = label;
  padded.resize(std::max<std::size_t>(13, label.size() + 1), ' ');
  std::cout << printable(padded + text) << '\n';
}

template <class Space>
void print_description() {
  for (const auto& [key, value] : context<Space>{}.description()) print("  " + key, value);
}

void print_cuda() {
  try {
    require_cuda();
#if TUBAL_HAS_CUDA
    print("device cuda", "available");
    print_description<cuda>();
#endif
  } catch (const device_error& e) {
    print("device cuda", std::string("not available: ") + e.what());
  }
}

int print_machine() {
  print("tubal", version);
  print("back ends", TUBAL_HAS_CUDA ? "host, cuda" : "host");
  print("HDF5", io::hdf5_version());
  print("device host", "available");
  print_description<host>();
  print_cuda();
  return ok;
}

std::string text_of(const io::attribute_value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.6g", std::get<double>(value));
  return buffer;
}

int print_problem(const std::string& path) {
  const io::problem_file file(path);
  const auto& h = file.header();
  auto factor = [&](std::int64_t columns) { return io::to_string({h.n, columns, h.k}); };
  print("problem", path);
  print("tensors",
        io::to_string({h.n, h.n, h.k}) + ", tubal rank r = " + std::to_string(h.tubal_rank));
  print("measurements", "m = " + std::to_string(h.measurements) +
                            (h.symmetric_measurements ? ", symmetric" : ", not symmetric"));
  std::cout << dimension_text(h.n, h.k, h.tubal_rank, h.measurements);
  print("descent", "step " + text_of(h.step_size) + ", alpha " + text_of(h.init_scale) + ", " +
                       std::to_string(h.iterations) + " iterations");
  print("truth", file.has_ground_truth()          ? "given"
                 : file.has_ground_truth_factor() ? "given by its factor"
                                                  : "not given");
  print("factor", file.has_initial_factor() ? "given, " + factor(h.factor_rank)
                                            : "to be drawn, " + factor(h.factor_rank));
  return ok;
}

int print_run(const std::string& path) {
  const auto run = io::read_run_file(path);
  print("run", path);
  print("records", std::to_string(run.iteration.size()) + ", up to iteration " +
                       std::to_string(run.iteration.empty() ? 0 : run.iteration.back()));
  std::string rows;
  for (const auto& [name, values] : run.rows) rows += (rows.empty() ? "" : ", ") + name;
  print("rows", rows);
  if (!run.factor_sizes.empty()) print("factor", io::to_string(run.factor_sizes));
  for (const auto& [key, value] : run.attributes) print("  " + key, text_of(value));
  return ok;
}

int print_file(const std::string& path) {
  switch (io::kind_of(path)) {
    case io::file_kind::problem:
      return print_problem(path);
    case io::file_kind::run:
      return print_run(path);
    default:
      throw io::file_error(path, "expected a problem or run file, found neither");
  }
}

}  // namespace

subcommand info_command() {
  const auto path = std::make_shared<std::optional<std::string>>();
  subcommand command{"info", "Tell about this build and machine, or about a file",
                     [path] { return *path ? print_file(**path) : print_machine(); }};
  command.add("FILE", path.get(), "Problem or run file").shown_as(" ");
  return command;
}

}  // namespace tubal::cli
