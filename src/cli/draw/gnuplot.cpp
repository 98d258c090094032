#include "cli/draw/gnuplot.hpp"

#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

extern char** environ;

namespace tubal::cli {

namespace fs = std::filesystem;

namespace {

class temporary_directory {
 public:
  temporary_directory() {
    std::error_code code;
    auto name = (fs::temp_directory_path(code) / "tubal-plot-XXXXXX").string();
    if (code || mkdtemp(name.data()) == nullptr)
      throw program_error("cannot make a temporary directory: " +
                          (code ? code.message() : std::strerror(errno)));
    path_ = name;
  }
  ~temporary_directory() {
    std::error_code code;
    fs::remove_all(path_, code);
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  fs::path operator/(const char* name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush())
    throw program_error("cannot write a temporary file in " + path.parent_path().string());
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

pid_t spawn(const fs::path& directory) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "messages", O_WRONLY | O_CREAT, 0600);
  char program[] = "gnuplot";
  char no_user_settings[] = "-d";
  char script[] = "script";
  char* arguments[] = {program, no_user_settings, script, nullptr};
  pid_t child = 0;
  const int failure = posix_spawnp(&child, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure == ENOENT) throw program_error("gnuplot is not installed or not on PATH");
  if (failure != 0)
    throw program_error(std::string("cannot start gnuplot: ") + std::strerror(failure));
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw program_error("lost gnuplot");
    if (interrupt_watch::received() != 0) kill(child, SIGTERM);
  }
  return status;
}

// gnuplot points at the place with several lines; the last one says what is wrong.
std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

std::vector<char> run_gnuplot(const std::string& script, const std::string& data) {
  const interrupt_watch signals;
  const temporary_directory directory;
  write_text(directory / "script", script);
  write_text(directory / "data", data);
  const int status = wait_for(spawn(directory.path()));
  if (interrupt_watch::received() != 0) throw interrupted(interrupt_watch::received());
  const auto picture = read(directory / "picture");
  if (status != 0 || picture.empty())
    throw program_error("gnuplot failed: " + last_line(read(directory / "messages")));
  return {picture.begin(), picture.end()};
}

}  // namespace tubal::cli
