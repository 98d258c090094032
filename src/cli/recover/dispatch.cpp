#include "cli/recover/dispatch.hpp"

#include "cli/recover/recover_on.hpp"

namespace tubal::cli {

namespace {

template <class Space>
outcome recover_in(const recover_settings& s, const typename Space::options& where) {
  if (s.given.precision == "float") return recover_on<float, Space>(s, where);
  return recover_on<double, Space>(s, where);
}

}  // namespace

outcome recover(const recover_settings& s) {
#if TUBAL_HAS_CUDA
  if (s.given.device == "cuda") return recover_in<cuda>(s, {});
#endif
  return recover_in<host>(s, {.threads = s.given.threads});
}

}  // namespace tubal::cli
