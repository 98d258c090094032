// tubal tprod, transpose, svd, qr, eig, inv, pinv, solve, rank, norm
#include "cli/algebra/compute_on.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "io/atomic_file.hpp"
#include "io/json.hpp"

#include <tubal/version.hpp>

#include <iostream>
#include <memory>

namespace tubal::cli {

namespace {

namespace fs = std::filesystem;

/// The directory of the factors; made where it is not, and removed when nothing was put into it.
class output_directory {
 public:
  explicit output_directory(const algebra_settings& s) {
    if (s.operation.factors.empty() || !s.outputs.front().dataset.empty()) return;
    std::error_code code;
    if (fs::create_directory(s.given.out, code)) made_ = s.given.out;
    if (code) throw io::write_error(s.given.out, "cannot make the directory: " + code.message());
  }
  ~output_directory() {
    std::error_code code;
    if (!made_.empty()) fs::remove(made_, code);  // an empty one alone
  }
  output_directory(const output_directory&) = delete;
  output_directory& operator=(const output_directory&) = delete;

 private:
  fs::path made_;
};

void print_json(const algebra_settings& s, const algebra_numbers& n) {
  io::json report = {{"tubal", version},
                     {"shape", s.inputs.front().sizes()},
                     {"transform", s.along.name()},
                     {"device", s.given.device},
                     {"precision", s.in_float ? "float" : "double"}};
  if (s.operation.kind == algebra_kind::rank) {
    report["tubal_rank"] = static_cast<std::int64_t>(n.value);
    report["multi_rank"] = n.multi_rank;
    report["average_rank"] = n.average_rank;
  } else {
    report["kind"] = s.given.norm;
    report["norm"] = n.value;
  }
  std::cout << report.dump(2) << '\n';
}

void print(const algebra_settings& s, const algebra_numbers& n) {
  if (s.given.json) return print_json(s, n);
  char text[32];
  std::snprintf(text, sizeof text, "%.17g\n", n.value);
  std::cout << text;
}

template <class T, class Space>
void run_on(const algebra_settings& s, const typename Space::options& where) {
  const auto result = compute_on<T, Space>(s, where);
  if (s.operation.gives_number()) return print(s, result.numbers);
  const interrupt_watch signals;  // of what is written, all or nothing
  interrupt_watch::finishing();
  io::write_arrays(result.tensors);
  for (const auto& words : result.warnings) std::cerr << "tubal: warning: " << words << '\n';
}

template <class Space>
void run_in(const algebra_settings& s, const typename Space::options& where) {
  return s.in_float ? run_on<float, Space>(s, where) : run_on<double, Space>(s, where);
}

// What can fail for the want of a device, an output or an input fails before the work.
int run_algebra(const algebra_operation& operation, const algebra_options& options) {
  if (options.device == "cuda") require_cuda();
  const auto settings = settle(operation, options);
  const output_directory directory(settings);
  for (const auto& place : settings.outputs) io::require_writable(place.file);
#if TUBAL_HAS_CUDA
  if (options.device == "cuda") {
    run_in<cuda>(settings, {});
    return ok;
  }
#endif
  run_in<host>(settings, {.threads = options.threads});
  return ok;
}

}  // namespace

std::vector<subcommand> algebra_commands() {
  std::vector<subcommand> commands;
  for (const auto& operation : algebra_operations()) {
    const auto options = std::make_shared<algebra_options>();
    commands.push_back({operation.name, operation.text,
                        [&operation, options] { return run_algebra(operation, *options); }});
    add_options(commands.back(), operation, *options);
  }
  return commands;
}

}  // namespace tubal::cli
