#include "read_rules.hpp"

#include <unistd.h>

namespace tubal::io {

double read_rules::quarter_of_memory() {
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
         static_cast<double>(::sysconf(_SC_PAGESIZE)) / 4;
}

read_rules& rules() {
  static read_rules of_process;
  return of_process;
}

}  // namespace tubal::io
