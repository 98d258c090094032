// tubal: the command.
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/file_options.hpp"
#include "cli/terminal/printable.hpp"
#include "io/file_error.hpp"
#include "io/warning.hpp"
#include "sweep/plan/plan_error.hpp"

#include <tubal/version.hpp>

#include <algorithm>
#include <cctype>
#include <exception>
#include <iostream>
#include <new>

namespace {

using namespace tubal::cli;

constexpr const char* footer =
    "Exit codes:\n"
    "  0    done\n"
    "  1    unexpected failure (a bug, out of memory)\n"
    "  2    wrong option or value\n"
    "  3    an input file is missing, damaged or does not hold what it should,\n"
    "       or shapes do not fit together\n"
    "  4    output cannot be written, or gnuplot is missing or failed\n"
    "  5    the device asked for is not available\n"
    "  6    no result: a tensor to invert is singular, or numbers are no longer finite\n"
    "  7    report --check: an expectation of a sweep does not hold\n"
    "  130  stopped by SIGINT (Ctrl-C), results so far are written; 143: by SIGTERM\n"
    "An error is one line on standard error.";

void say(const std::string& message) { std::cerr << "tubal: " << printable(message) << '\n'; }

int fail(int code, const std::string& message) {
  say(message);
  return code;
}

int finish(int code) {
  if (std::cout.flush()) return code;
  return fail(no_output, "standard output: cannot write");
}

int run(int argc, char** argv) {
  command_line command{
      "tubal",
      "Tubal tensor algebra, and recovery of low-tubal-rank tensors by gradient descent",
      std::string("tubal ") + tubal::version,
      footer,
      algebra_commands(),
      file_options()};
  for (const auto make :
       {complete_command, denoise_command, compress_command, compare_command, recover_command,
        sweep_command, plot_command, report_command, info_command})
    command.subcommands.push_back(make());
  return finish(command.run(argc, argv));
}

}  // namespace

int main(int argc, char** argv) {
  tubal::io::listen_to_warnings([](const std::string& text) { say("warning: " + text); });
  try {
    return run(argc, argv);
  } catch (const usage_error& e) {
    return fail(usage, e.what());
  } catch (const tubal::sweep::plan_error& e) {
    return fail(usage, e.what());
  } catch (const tubal::io::write_error& e) {
    return fail(no_output, e.what());
  } catch (const tubal::io::file_error& e) {
    return fail(bad_input, e.what());
  } catch (const program_error& e) {
    return fail(no_output, e.what());
  } catch (const interrupted& e) {
    return fail(signalled + e.signal, e.what());
  } catch (const tubal::device_error& e) {
    return fail(no_device, e.what());
  } catch (const tubal::nonfinite_error& e) {
    return fail(no_result, e.what());
  } catch (const tubal::numerical_error& e) {
    return fail(no_result, e.what());
  } catch (const tubal::shape_error& e) {
    return fail(bad_input, e.what());
  } catch (const tubal::argument_error& e) {
    return fail(usage, e.what());
  } catch (const std::bad_alloc&) {
    return fail(unexpected, "out of memory");
  } catch (const std::exception& e) {
    return fail(unexpected, e.what());
  }
}
