#include "target.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tubal::io {

namespace fs = std::filesystem;

namespace {

bool is_link(const fs::path& path) {
  std::error_code code;
  return fs::is_symlink(fs::symlink_status(path, code));
}

void require_trusted(const fs::path& link) {
  struct stat of_link = {}, of_folder = {};
  if (::lstat(link.c_str(), &of_link) != 0 || ::stat(directory_of(link).c_str(), &of_folder) != 0)
    return;
  const bool anybody = (of_folder.st_mode & S_ISVTX) != 0 && (of_folder.st_mode & S_IWOTH) != 0;
  if (!anybody || of_link.st_uid == ::geteuid() || of_link.st_uid == of_folder.st_uid) return;
  throw write_error(link,
                    "is a link of another user, in a folder that all can write to; not followed");
}

/// Those among the folders on the way.
void require_trusted_folders(const fs::path& path) {
  fs::path way;
  for (const auto& part : directory_of(path)) {
    way /= part;
    if (is_link(way)) require_trusted(way);
  }
}

}  // namespace

fs::path directory_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

fs::path behind_links(const fs::path& path) {
  constexpr int most_links = 40;  // as Linux
  auto real = path;
  for (int links = 0; links <= most_links; ++links) {
    require_trusted_folders(real);
    if (!is_link(real)) return real;
    require_trusted(real);
    std::error_code code;
    const auto to = fs::read_symlink(real, code);
    real = to.is_absolute() ? to : directory_of(real) / to;
  }
  throw write_error(path, ELOOP);
}

fs::path target_of(const fs::path& path) {
  const auto real = behind_links(path);
  std::error_code code;
  const auto status = fs::status(real, code);
  if (fs::is_directory(status)) throw write_error(path, "cannot write: it is a directory");
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw write_error(path, "cannot write: it is not a regular file");
  if (fs::exists(status) && ::access(real.c_str(), W_OK) != 0) throw write_error(path, errno);
  return real;
}

}  // namespace tubal::io
