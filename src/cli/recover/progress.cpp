#include "cli/recover/progress.hpp"

#include <cmath>
#include <cstdio>

namespace tubal::cli {

void progress::show(const record& r) {
  if (!line_.is_due()) return;
  const double speed = static_cast<double>(r.iteration - from_) / line_.seconds();
  char part[96];
  std::snprintf(part, sizeof part, "iteration %lld of %lld  train error %.3e",
                static_cast<long long>(r.iteration), static_cast<long long>(iterations_),
                r[measure::train_error]);
  std::string text = part;
  if (!std::isnan(r[measure::test_error])) {
    std::snprintf(part, sizeof part, "  test error %.3e", r[measure::test_error]);
    text += part;
  }
  if (speed > 0) {
    std::snprintf(part, sizeof part, "  %.4g/s", speed);
    text += part;
    text += "  " + in_words(static_cast<double>(iterations_ - r.iteration) / speed) + " left";
  }
  line_.show(text);
}

}  // namespace tubal::cli
