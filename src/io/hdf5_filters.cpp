#include "hdf5_filters.hpp"

#include <zlib.h>

#include <algorithm>
#include <iterator>

namespace tubal::io {

namespace {

hdf5_filter filter_of(hid_t layout, unsigned number) {
  unsigned flags = 0, config = 0, parameters[32] = {};
  std::size_t count = std::size(parameters);
  char name[64] = {};
  const auto id =
      H5Pget_filter2(layout, number, &flags, &count, parameters, sizeof name - 1, name, &config);
  count = std::min(count, std::size(parameters));
  return {id, name[0] != '\0' ? name : std::to_string(id), {parameters, parameters + count}};
}

/// The number of bytes that a deflate stream becomes, or the first number above `most`.
std::size_t inflated(const std::vector<char>& bytes, std::size_t most) {
  std::vector<char> out(1 << 16);
  z_stream stream = {};
  if (inflateInit(&stream) != Z_OK) return 0;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  int status = Z_OK;
  while (status == Z_OK && stream.total_out <= most) {
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    status = inflate(&stream, Z_NO_FLUSH);
  }
  inflateEnd(&stream);
  return stream.total_out;
}

// HDF5 writes it before the data, in four bytes.
std::size_t size_before_szip(const std::vector<char>& stored) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4 && i < stored.size(); ++i)
    size |= std::size_t{static_cast<unsigned char>(stored[i])} << 8 * i;
  return size;
}

}  // namespace

std::vector<hdf5_filter> filters_of(hid_t layout) {
  std::vector<hdf5_filter> found;
  const int count = H5Pget_nfilters(layout);
  for (int i = 0; i < count; ++i) found.push_back(filter_of(layout, static_cast<unsigned>(i)));
  return found;
}

bool is_known(const hdf5_filter& f) {
  const H5Z_filter_t known[] = {H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32,
                                H5Z_FILTER_SZIP,    H5Z_FILTER_NBIT,    H5Z_FILTER_SCALEOFFSET};
  return std::find(std::begin(known), std::end(known), f.id) != std::end(known) &&
         H5Zfilter_avail(f.id) > 0;
}

std::vector<hdf5_filter> without(const std::vector<hdf5_filter>& filters, std::uint32_t skipped) {
  std::vector<hdf5_filter> left;
  for (std::size_t i = 0; i < filters.size(); ++i)
    if ((skipped >> i & 1) == 0) left.push_back(filters[i]);
  return left;
}

bool becomes_at_most(std::size_t bytes, const std::vector<char>& stored,
                     const std::vector<hdf5_filter>& filters) {
  const auto packs = [](const hdf5_filter& f) {
    return f.id == H5Z_FILTER_DEFLATE || f.id == H5Z_FILTER_SZIP;
  };
  auto last = filters.rbegin();
  if (last != filters.rend() && last->id == H5Z_FILTER_FLETCHER32) ++last;
  // Packed, and then changed again: nothing writes that, and it cannot be asked.
  if (last == filters.rend() || !packs(*last)) return std::none_of(last, filters.rend(), packs);
  if (std::count_if(last, filters.rend(), packs) > 1) return false;
  return (last->id == H5Z_FILTER_SZIP ? size_before_szip(stored) : inflated(stored, bytes)) <=
         bytes;
}

}  // namespace tubal::io
