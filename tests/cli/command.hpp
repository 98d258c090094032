// Runs the tubal command as a user does.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "io/scratch.hpp"

namespace tubal::cli_test {

struct result {
  int code = -1;  ///< exit code, or minus the signal that ended it
  std::string out;
  std::string err;
  std::size_t peak = 0;  ///< bytes that it held at the most
};

using io_test::contents;

/// A command that runs; its output goes to files in a directory of its own.
class process {
 public:
  explicit process(const std::vector<std::string>& arguments,
                   const std::function<void()>& in_child = {}) {
    child_ = fork();
    if (child_ == 0) run(arguments, in_child);
  }

  void signal(int number) const { kill(child_, number); }
  result wait() {
    int status = 0;
    rusage used = {};
    wait4(child_, &status, 0, &used);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), contents(output_ / "out"),
            contents(output_ / "err"), static_cast<std::size_t>(used.ru_maxrss) * 1024};
  }

 private:
  [[noreturn]] void run(const std::vector<std::string>& arguments,
                        const std::function<void()>& in_child) const {
    std::string program = TUBAL_COMMAND;
    std::vector<char*> all = {program.data()};
    auto copies = arguments;
    for (auto& argument : copies) all.push_back(argument.data());
    all.push_back(nullptr);
    dup2(open((output_ / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    dup2(open((output_ / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    if (in_child) in_child();
    execv(program.c_str(), all.data());
    _exit(127);
  }

  io_test::scratch_directory output_;
  pid_t child_ = -1;
};

inline result tubal(const std::vector<std::string>& arguments,
                    const std::function<void()>& in_child = {}) {
  return process(arguments, in_child).wait();
}

/// One line that begins as every error of the command does.
inline bool is_one_error_line(const std::string& text) {
  return text.rfind("tubal: ", 0) == 0 && text.back() == '\n' &&
         std::count(text.begin(), text.end(), '\n') == 1;
}

}  // namespace tubal::cli_test
