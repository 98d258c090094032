#include "cli/terminal/status_line.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace tubal::cli {

namespace {
constexpr std::chrono::milliseconds pause(250);
}

status_line::status_line(bool wanted) : on_(wanted && isatty(STDERR_FILENO) != 0) {}

status_line::~status_line() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

bool status_line::is_due() {
  const auto now = clock::now();
  if (!on_ || now - last_ < pause) return false;
  last_ = now;
  return true;
}

void status_line::show(const std::string& text) {
  shown_ = true;
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
  std::fflush(stderr);
}

double status_line::seconds() const {
  return std::chrono::duration<double>(clock::now() - start_).count();
}

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

}  // namespace tubal::cli
