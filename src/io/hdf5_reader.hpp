// Reading HDF5 files that nobody vouches for: everything is checked before memory is allocated.
#pragma once

#include "attribute.hpp"
#include "extents.hpp"
#include "file_error.hpp"
#include "hdf5_names.hpp"
#include "read_rules.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tubal::io {

/// What a dataset is whose data, or some of it, were never written.
enum class absent {
  refused,  ///< damaged
  filled    ///< has its fill value there, as HDF5 defines it
};

class hdf5_reader {
 public:
  /// Throws `file_error` when there is no readable HDF5 file of that name.
  explicit hdf5_reader(std::filesystem::path path, const read_rules& given = rules());

  const std::filesystem::path& path() const { return path_; }
  std::uintmax_t file_bytes() const { return file_bytes_; }
  [[noreturn]] void fail(const std::string& what) const;

  /// The attribute as a finite number; integers and floats of any width. Throws `file_error`.
  double number(const std::string& attribute) const;
  /// The same for a whole number.
  std::int64_t integer(const std::string& attribute) const;
  /// An attribute of the root group that is a single number or text; nothing where there is none.
  /// By name alone: HDF5 (1.10) may crash where it lists the attributes of a damaged file.
  std::optional<attribute_value> attribute(const std::string& name) const;

  /// The same of a dataset.
  std::optional<attribute_value> attribute(const dataset_handle& dataset,
                                           const std::string& name) const;

  bool has(const std::string& name) const;
  /// Names of the datasets and groups in a group.
  std::vector<std::string> members(const std::string& group) const;

  /// Opens a dataset of numbers whose data the file really holds. Throws `file_error`.
  dataset_handle open(const std::string& name, absent rule = absent::refused) const;
  /// The same, and its sizes must be `expected` (trailing sizes 1 may be missing, as MATLAB drops
  /// them); `meaning` says in the message where they come from.
  dataset_handle open(const std::string& name, const extents& expected,
                      const std::string& meaning) const;
  extents sizes(const dataset_handle& dataset) const;

  /// Sizes of the chunks in which the dataset is stored; empty when it is not.
  extents chunk(const dataset_handle& dataset) const;

  /// Stored as floating-point numbers of at most 32 bits.
  bool is_float(const dataset_handle& dataset) const;
  /// The whole dataset, in memory order, as double, float or std::int64_t.
  template <class Value = double>
  std::vector<Value> read(const std::string& name, const dataset_handle& dataset) const;
  /// Entries first .. first + count - 1 of the last (slowest) index, which has `total` of them.
  void read_block(const std::string& name, const dataset_handle& dataset, std::int64_t total,
                  std::int64_t first, std::int64_t count, double* values) const;
  /// Throws `file_error` naming dataset and place when a value is NaN or Inf.
  void require_finite(const std::string& name, const double* values, std::int64_t count,
                      std::int64_t offset = 0) const;

 private:
  attribute_handle open_number(const std::string& attribute, bool& whole) const;
  dataset_handle open_numbers(const std::string& name) const;
  void require_numbers(const std::string& name, const dataset_handle& dataset) const;
  std::size_t item_bytes(const dataset_handle& dataset) const;
  /// Of all values as doubles.
  double bytes_of_values(const dataset_handle& dataset) const;
  void require_memory(const std::string& name, const dataset_handle& dataset) const;
  void require_data(const std::string& name, const dataset_handle& dataset, absent rule) const;
  void require_fill_value(const std::string& name, hid_t layout) const;
  class chunks;
  void require_chunks(const std::string& name, const dataset_handle& dataset, absent rule) const;

  quiet_hdf5 quiet_;
  read_rules rules_;
  hdf5_names names_;
  std::filesystem::path path_;
  std::uintmax_t file_bytes_ = 0;
  file_handle file_;
};

}  // namespace tubal::io
