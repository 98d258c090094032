// tubal compress
#include "cli/images/report.hpp"
#include "cli/images/solve_on.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "io/atomic_file.hpp"

#include <tubal/svd.hpp>
#include <tubal/tproduct.hpp>
#include <tubal/version.hpp>

#include <iostream>
#include <memory>

namespace tubal::cli {

namespace {

struct compressed {
  std::vector<double> values;
  std::int64_t rank = 0;
  double seconds = 0;
};

template <class T, class Space>
compressed compress_on(const data& d, const image_options& o, tube_direction along,
                       const typename Space::options& where) {
  context<Space> ctx{where};
  const layout<T> at(d, along);
  const auto a = from_host(ctx, at.sizes, at.tensor_values(d.values));
  const auto begin = std::chrono::steady_clock::now();
  const auto f = o.rank ? svd(ctx, a, {.rank = *o.rank, .along = at.transform})
                        : truncated_svd(ctx, a, truncation::energy(*o.energy), at.transform);
  const auto us = tproduct(ctx, f.u, f.s, {op::none, op::none, at.transform});
  const auto x = tproduct(ctx, us, f.v, {op::none, op::transpose, at.transform});
  compressed c{at.data_values(to_host(ctx, x)), f.s.shape().rows, 0};
  c.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return c;
}

template <class Space>
compressed compress_in(const data& d, const image_options& o, tube_direction along,
                       const typename Space::options& where) {
  if (o.precision == "float") return compress_on<float, Space>(d, o, along, where);
  return compress_on<double, Space>(d, o, along, where);
}

compressed compress(const data& d, const image_options& o, tube_direction along) {
#if TUBAL_HAS_CUDA
  if (o.device == "cuda") return compress_in<cuda>(d, o, along, {});
#endif
  return compress_in<host>(d, o, along, {.threads = o.threads});
}

int run_compress(const image_options& o) {
  check(image_command::compress, o);
  if (o.device == "cuda") require_cuda();
  const data d = read_data("INPUT", o.input);
  const tube_direction along = direction_of(o.tubes).value_or(tube_direction::tube);
  const auto [n1, n2] = matrix_sizes(d, along);
  if (o.rank && !(*o.rank >= 1 && *o.rank <= std::min(n1, n2)))
    throw usage_error("--rank: expected 1 to " + std::to_string(std::min(n1, n2)) +
                      ", the smaller of the sizes, got " + std::to_string(*o.rank));
  require_output(d, o.input, o.out);
  if (o.picture && !d.is_picture())
    throw usage_error("--picture: the input is a tensor, no image or video");
  if (o.picture) io::require_writable(*o.picture);
  const compressed c = compress(d, o, along);
  const data result = with_values(d, c.values);
  const score s = compare(result, d);
  const interrupt_watch signals;
  interrupt_watch::finishing();
  write_data(result, o.out);
  if (o.picture) write_picture(*o.picture, {result}, d, true);
  const auto all = static_cast<double>(d.values.size());
  // U * S and V; of n1 x r and n2 x r tubes
  const double stored =
      static_cast<double>(c.rank * (n1 + n2)) * all / static_cast<double>(n1 * n2);
  if (o.json) {
    print_report({{"tubal", version},
                  {"input", input_object(d, o.input)},
                  {"tubes", text_of(along)},
                  {"tubal_rank", c.rank},
                  {"numbers_of_factors", stored},
                  {"entries", d.values.size()},
                  {"score", score_object(s)},
                  {"seconds", c.seconds},
                  {"device", o.device},
                  {"precision", o.precision},
                  {"out", o.out}});
  } else if (!o.quiet) {
    std::cout << line("input", input_text(d, o.input))
              << line("tubal rank",
                      std::to_string(c.rank) + " of " + std::to_string(std::min(n1, n2)))
              << line("factors", number(stored, "%.0f") + " numbers, " +
                                     number(100 * stored / all, "%.3g %%") + " of the entries")
              << score_text(s)
              << line("time", number(c.seconds, "%.3g s") + ", " + o.device + ", " + o.precision)
              << line("written", o.out + (o.picture ? " and " + *o.picture : ""));
  }
  return ok;
}

}  // namespace

subcommand compress_command() {
  const auto options = std::make_shared<image_options>();
  subcommand command{"compress", "The nearest image, video or tensor of a lower tubal rank",
                     [options] { return run_compress(*options); }};
  add_options(command, image_command::compress, *options);
  return command;
}

}  // namespace tubal::cli
