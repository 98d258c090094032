// What the chunks of a dataset must satisfy: that they are there, and become no more than they say.
#include "hdf5_filters.hpp"
#include "hdf5_reader.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tubal::io {

namespace {

constexpr double mebibyte = 1 << 20;
// What a dataset may take beyond its values: parts of it, and buffers of the filters.
double spare(std::uintmax_t file_bytes) {
  return 16 * mebibyte + 8 * static_cast<double>(file_bytes);
}

}  // namespace

/// A dataset, seen as its chunks.
class hdf5_reader::chunks {
 public:
  chunks(const hdf5_reader& reader, const std::string& name, const dataset_handle& dataset)
      : reader_(reader),
        name_(name),
        dataset_(dataset),
        layout_(H5Dget_create_plist(dataset)),
        whole_(reader.sizes(dataset)),
        part_(reader.chunk(dataset)),
        filters_(filters_of(layout_)),
        item_bytes_(reader.item_bytes(dataset)) {
    bytes_ = std::accumulate(part_.begin(), part_.end(), static_cast<double>(item_bytes_),
                             [](double bytes, auto size) { return bytes * double(size); });
  }

  void check(absent rule) {
    require_sizes();
    require_filters();
    hsize_t stored = 0;
    const space_handle space(H5Dget_space(dataset_));
    if (H5Dget_num_chunks(dataset_, space, &stored) < 0) fail("cannot read: " + hdf5_reason());
    if (rule == absent::refused && static_cast<double>(stored) != count())
      fail("expected " + std::to_string(static_cast<std::int64_t>(count())) +
           " chunks of data, found " + std::to_string(stored));
    if (static_cast<double>(stored) > count()) fail("damaged, it has too many chunks");
    require_each(stored);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    reader_.fail("dataset '" + name_ + "': " + what);
  }

  double count() const {
    double product = 1;
    for (std::size_t d = 0; d < whole_.size(); ++d)
      product *= std::ceil(static_cast<double>(whole_[d]) / static_cast<double>(part_[d]));
    return product;
  }

  // HDF5 makes chunks larger than the data only where the data can grow without limit.
  bool fits() const {
    const space_handle space(H5Dget_space(dataset_));
    std::vector<hsize_t> largest(whole_.size());
    H5Sget_simple_extent_dims(space, nullptr, largest.data());
    std::reverse(largest.begin(), largest.end());
    for (std::size_t d = 0; d < part_.size(); ++d) {
      const auto most = static_cast<std::int64_t>(largest[d]);
      if (part_[d] < 1 || (largest[d] != H5S_UNLIMITED && part_[d] > std::max(whole_[d], most)))
        return false;
    }
    return true;
  }

  void require_sizes() const {
    if (part_.size() != whole_.size() || !fits() ||
        bytes_ > spare(reader_.file_bytes()) + reader_.bytes_of_values(dataset_))
      fail("damaged, it has chunks of " + to_string(part_));
    constexpr double chunk_memory = 512;  // that HDF5 takes for each
    if (count() * chunk_memory > 4 * spare(reader_.file_bytes()))
      fail("damaged, it has more chunks of " + to_string(part_) + " than the file can list");
  }

  void require_filters() const {
    for (const auto& f : filters_) {
      if (!is_known(f))
        fail("its filter '" + f.name +
             "' is none that this HDF5 has; write it with gzip or without a filter");
      if (std::count_if(filters_.begin(), filters_.end(),
                        [&](const auto& other) { return other.id == f.id; }) > 1)
        fail("damaged, its filter '" + f.name + "' is there twice");
      const bool makes_its_size = f.id == H5Z_FILTER_NBIT || f.id == H5Z_FILTER_SCALEOFFSET;
      if (makes_its_size && (f.parameters.size() < 5 || !says_sizes(f)))
        fail("damaged, its filter '" + f.name + "' is for chunks of another size");
    }
  }
  bool says_sizes(const hdf5_filter& f) const {
    return f.parameters[4] == item_bytes_ &&
           static_cast<double>(f.parameters[2]) * static_cast<double>(item_bytes_) == bytes_;
  }

  /// Every chunk that is there, of which there must be `stored`.
  void require_each(hsize_t stored) const {
    std::vector<hsize_t> at(whole_.size(), 0);
    hsize_t found = 0;
    const auto all = static_cast<hsize_t>(count());
    for (hsize_t i = 0; i < all && stored > 0; ++i) {
      hsize_t bytes = 0;
      if (H5Dget_chunk_storage_size(dataset_, at.data(), &bytes) >= 0 && bytes > 0) {
        require_chunk(at, bytes);
        ++found;
      }
      advance(at);
    }
    if (found != stored)
      fail("damaged, of " + std::to_string(stored) + " chunks " + std::to_string(found) +
           " are where they should be");
  }

  void advance(std::vector<hsize_t>& at) const {
    for (std::size_t d = at.size(); d-- > 0;) {
      const auto c = at.size() - 1 - d;  // sizes have the first index fastest
      at[d] += static_cast<hsize_t>(part_[c]);
      if (at[d] < static_cast<hsize_t>(whole_[c])) return;
      at[d] = 0;
    }
  }

  void require_chunk(const std::vector<hsize_t>& at, hsize_t bytes) const {
    if (bytes > reader_.file_bytes())
      fail("damaged, a chunk has " + std::to_string(bytes) + " bytes, more than the file");
    constexpr double most_deflated = 1032;  // bytes that one byte can become
    if (has(H5Z_FILTER_SZIP) ||
        (has(H5Z_FILTER_DEFLATE) &&
         most_deflated * static_cast<double>(bytes) > spare(reader_.file_bytes())))
      require_result(at, bytes);
  }

  bool has(H5Z_filter_t id) const {
    return std::any_of(filters_.begin(), filters_.end(), [id](auto& f) { return f.id == id; });
  }

  /// Reads the chunk as it is stored, and asks what it becomes.
  void require_result(const std::vector<hsize_t>& at, hsize_t bytes) const {
    std::vector<char> raw(bytes);
    std::uint32_t skipped = 0;
    if (H5Dread_chunk(dataset_, H5P_DEFAULT, at.data(), &skipped, raw.data()) < 0)
      fail("cannot read: " + hdf5_reason());
    constexpr std::size_t checksum = 4;
    if (!becomes_at_most(static_cast<std::size_t>(bytes_) + checksum, raw,
                         without(filters_, skipped)))
      fail("damaged, a chunk becomes more than its " + to_string(part_));
  }

  const hdf5_reader& reader_;
  const std::string& name_;
  const dataset_handle& dataset_;
  const property_handle layout_;
  const extents whole_, part_;
  const std::vector<hdf5_filter> filters_;
  const std::size_t item_bytes_;
  double bytes_ = 0;  ///< of a chunk, without filters
};

extents hdf5_reader::chunk(const dataset_handle& dataset) const {
  const property_handle layout(H5Dget_create_plist(dataset));
  if (H5Pget_layout(layout) != H5D_CHUNKED) return {};
  std::vector<hsize_t> dims(sizes(dataset).size());
  if (H5Pget_chunk(layout, static_cast<int>(dims.size()), dims.data()) < 0) return {};
  return {dims.rbegin(), dims.rend()};
}

void hdf5_reader::require_chunks(const std::string& name, const dataset_handle& dataset,
                                 absent rule) const {
  chunks(*this, name, dataset).check(rule);
}

}  // namespace tubal::io
