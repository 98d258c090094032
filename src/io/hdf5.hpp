// HDF5 identifiers that close themselves, and its error messages caught instead of printed.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

namespace tubal::io {

template <herr_t (*Close)(hid_t)>
class handle {
 public:
  handle() = default;
  explicit handle(hid_t id) : id_(id) {}
  handle(handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  handle& operator=(handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~handle() {
    if (id_ >= 0) Close(id_);
  }

  explicit operator bool() const { return id_ >= 0; }
  operator hid_t() const { return id_; }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

using file_handle = handle<H5Fclose>;
using group_handle = handle<H5Gclose>;
using dataset_handle = handle<H5Dclose>;
using attribute_handle = handle<H5Aclose>;
using space_handle = handle<H5Sclose>;
using type_handle = handle<H5Tclose>;
using property_handle = handle<H5Pclose>;

/// While it lives, HDF5 prints nothing; nor at the end of the program.
class quiet_hdf5 {
 public:
  quiet_hdf5();
  ~quiet_hdf5() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  quiet_hdf5(const quiet_hdf5&) = delete;
  quiet_hdf5& operator=(const quiet_hdf5&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// An integer of 8 to 64 bits, or an IEEE float of 32 or 64, of either byte order. HDF5 (1.10)
/// writes over the stack when it converts a float whose description is damaged.
bool is_number(hid_t type);

/// The enum of 0, FALSE, and 1, TRUE, that h5py writes for a bool.
bool is_truth(hid_t type);

/// The innermost message of HDF5's last failure.
std::string hdf5_reason();

/// "1.10.8"
std::string hdf5_version();

}  // namespace tubal::io
