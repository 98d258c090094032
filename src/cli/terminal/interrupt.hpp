// SIGINT and SIGTERM as a question that the loop asks.
#pragma once

namespace tubal::cli {

/// While it lives, the first SIGINT or SIGTERM is only noted; a second one ends the process, unless
/// `finishing` was called.
class interrupt_watch {
 public:
  interrupt_watch();
  ~interrupt_watch();
  interrupt_watch(const interrupt_watch&) = delete;
  interrupt_watch& operator=(const interrupt_watch&) = delete;

  /// The signal that came, or 0.
  static int received();
  /// From here on results are written, and no signal is to end that.
  static void finishing();
};

}  // namespace tubal::cli
