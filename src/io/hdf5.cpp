#include "hdf5.hpp"

namespace tubal::io {

namespace {

herr_t keep_first(unsigned, const H5E_error2_t* entry, void* text) {
  auto& reason = *static_cast<std::string*>(text);
  if (reason.empty() && entry->desc != nullptr) reason = entry->desc;
  return 0;
}

}  // namespace

quiet_hdf5::quiet_hdf5() {
  // At its end it would try for ever to close what a damaged file keeps open, and say so.
  [[maybe_unused]] static const herr_t once = H5dont_atexit();
  // A filter that the file names is loaded from no folder.
  [[maybe_unused]] static const herr_t no_plugins = H5PLset_loading_state(0);
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::string hdf5_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  return reason.empty() ? "unknown HDF5 error" : reason;
}

std::string hdf5_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace tubal::io
