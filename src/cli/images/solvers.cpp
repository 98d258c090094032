#include "cli/images/solvers.hpp"

#include "cli/images/solve_on.hpp"

namespace tubal::cli {

namespace {

template <class Space>
solution solve_in(const data& d, const std::vector<std::int64_t>& seen, const assignment& a,
                  const typename Space::options& where) {
  if (a.precision == "float") return solve_on<float, Space>(d, seen, a, where);
  return solve_on<double, Space>(d, seen, a, where);
}

}  // namespace

std::array<std::int64_t, 2> matrix_sizes(const data& d, tube_direction along) {
  const shape s = layout<double>(d, along).sizes;
  return {s.rows, s.cols};
}

solution solve(const data& d, const std::vector<std::int64_t>& seen, const assignment& a) {
#if TUBAL_HAS_CUDA
  if (a.device == "cuda") return solve_in<cuda>(d, seen, a, {});
#endif
  return solve_in<host>(d, seen, a, {.threads = a.threads});
}

}  // namespace tubal::cli
