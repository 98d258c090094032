#include "cli/progress.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <string>

namespace tubal::cli {

namespace {

constexpr std::chrono::milliseconds pause(250);

std::string in_words(double seconds) {
  char text[48];
  const double whole = std::ceil(seconds);
  if (whole < 60)
    std::snprintf(text, sizeof text, "%.0f s", whole);
  else if (whole < 3600)
    std::snprintf(text, sizeof text, "%.0f min %02.0f s", std::floor(whole / 60),
                  std::fmod(whole, 60));
  else
    std::snprintf(text, sizeof text, "%.0f h %02.0f min", std::floor(whole / 3600),
                  std::floor(std::fmod(whole, 3600) / 60));
  return text;
}

}  // namespace

progress::progress(bool wanted, std::int64_t iterations)
    : on_(wanted && isatty(STDERR_FILENO) != 0), iterations_(iterations) {}

progress::~progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void progress::show(const record& r) {
  const auto now = clock::now();
  if (!on_ || now - last_ < pause) return;
  last_ = now;
  shown_ = true;
  const double speed =
      static_cast<double>(r.iteration) / std::chrono::duration<double>(now - start_).count();
  std::fprintf(stderr, "\r\033[Kiteration %lld of %lld  train error %.3e",
               static_cast<long long>(r.iteration), static_cast<long long>(iterations_),
               r[measure::train_error]);
  if (!std::isnan(r[measure::test_error]))
    std::fprintf(stderr, "  test error %.3e", r[measure::test_error]);
  if (speed > 0)
    std::fprintf(stderr, "  %.4g/s  %s left", speed,
                 in_words(static_cast<double>(iterations_ - r.iteration) / speed).c_str());
  std::fflush(stderr);
}

}  // namespace tubal::cli
