// The filters of a dataset: how its chunks are packed.
#pragma once

#include "hdf5.hpp"

#include <string>
#include <vector>

namespace tubal::io {

struct hdf5_filter {
  H5Z_filter_t id = 0;
  std::string name;
  std::vector<unsigned> parameters;
};

/// In the order in which they are applied when a chunk is written.
std::vector<hdf5_filter> filters_of(hid_t layout);

/// One of HDF5's own, and built into it.
bool is_known(const hdf5_filter& f);

/// Without those whose bit is set: HDF5 leaves a filter out for a chunk where it did not pay.
std::vector<hdf5_filter> without(const std::vector<hdf5_filter>& filters, std::uint32_t skipped);

/// Whether a chunk as stored comes out of the filter that packed it with at most `bytes` bytes.
/// HDF5 unpacks first, and compares then.
bool becomes_at_most(std::size_t bytes, const std::vector<char>& stored,
                     const std::vector<hdf5_filter>& filters);

}  // namespace tubal::io
