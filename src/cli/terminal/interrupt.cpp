#include "cli/terminal/interrupt.hpp"

#include <csignal>

namespace tubal::cli {

namespace {

volatile std::sig_atomic_t received_signal = 0;
volatile std::sig_atomic_t is_finishing = 0;
struct sigaction old_int;
struct sigaction old_term;

void note(int number) {
  if (received_signal != 0 && is_finishing == 0) {
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
  received_signal = number;
}

}  // namespace

interrupt_watch::interrupt_watch() {
  received_signal = 0;
  is_finishing = 0;
  struct sigaction action = {};
  action.sa_handler = note;  // without SA_RESTART: waiting calls return
  sigaction(SIGINT, &action, &old_int);
  sigaction(SIGTERM, &action, &old_term);
}

interrupt_watch::~interrupt_watch() {
  sigaction(SIGINT, &old_int, nullptr);
  sigaction(SIGTERM, &old_term, nullptr);
}

int interrupt_watch::received() { return received_signal; }
void interrupt_watch::finishing() { is_finishing = 1; }

}  // namespace tubal::cli
