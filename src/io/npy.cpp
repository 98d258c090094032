#include "npy.hpp"

#include "input_file.hpp"
#include "npy_header.hpp"

#include <bit>
#include <cstring>
#include <fstream>
#include <limits>
#include <type_traits>

namespace tubal::io {

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t largest_header = 65536;  // that of an array of numbers has about 100 bytes

std::string read_bytes(std::ifstream& file, std::size_t count) {
  std::string bytes(count, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(count)))
    throw error("damaged, it ends in its header");
  return bytes;
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte)
    value = 256 * value + static_cast<unsigned char>(*byte);
  return value;
}

/// The text of the header; the file is then at the data.
std::string read_header(std::ifstream& file, std::uintmax_t file_bytes) {
  const auto start = read_bytes(file, magic.size());
  if (start.substr(0, 4) == "PK\x03\x04")
    throw error(
        "expected an array file of NumPy (.npy), found an archive (.npz); save the array in "
        "it with numpy.save");
  if (start != magic) throw error("expected an array file of NumPy (.npy), found another format");
  const auto version = read_bytes(file, 2);
  if (version[0] < 1 || version[0] > 3 || version[1] != 0)
    throw error("expected format version 1.0, 2.0 or 3.0 of .npy, found " +
                std::to_string(static_cast<unsigned char>(version[0])) + "." +
                std::to_string(static_cast<unsigned char>(version[1])));
  const auto bytes = little_endian(read_bytes(file, version[0] == 1 ? 2 : 4));
  if (bytes > file_bytes) throw error("damaged, it ends in its header");
  if (bytes > largest_header)
    throw error("damaged, its header has " + std::to_string(bytes) + " bytes");
  return read_bytes(file, bytes);
}

std::string advice_for(const std::string& descr) {
  const auto kind = descr.size() > 1 ? descr[1] : '\0';
  if (kind == 'c')
    return ", which is complex; save the real part and the imaginary part (.real, .imag) apart";
  if (kind == 'O') return ", which are Python objects; save the numbers with .astype('<f8')";
  const std::string swapped = descr[0] == '>' ? ", which is big-endian" : "";
  const bool number = kind == 'f' || kind == 'i' || kind == 'u';
  return number ? swapped + "; save the array with .astype('" +
                      (descr == ">f4" || descr == "<f2" ? "<f4" : "<f8") + "')"
                : "";
}

/// Of the types that are read.
npy_item item_of(const std::string& descr) {
  const std::string sizes = "1248";
  const bool known = descr.size() == 3 && (descr[0] == '<' || descr[0] == '|') &&
                     sizes.find(descr[2]) != std::string::npos;
  const char kind = known ? descr[1] : '\0';
  const auto bytes = known ? static_cast<std::size_t>(descr[2] - '0') : 0;
  if (kind == 'i' || kind == 'u' || (kind == 'b' && bytes == 1) || (kind == 'f' && bytes >= 4))
    return {kind, bytes};
  throw error(
      "expected real numbers in little-endian order ('<f8', '<f4', integers or bool), found '" +
      descr + "'" + advice_for(descr));
}

/// The number of elements; those of the dimensions other than 0 fit too, so that no product of
/// sizes overflows later.
std::size_t count_of(const extents& sizes) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 16;
  std::int64_t nonzero = 1;
  bool empty = false;
  for (const auto size : sizes) {
    empty = empty || size == 0;
    if (size == 0) continue;
    if (nonzero > most / size) throw error("shape " + to_string(sizes) + ": no array is so large");
    nonzero *= size;
  }
  return empty ? 0 : static_cast<std::size_t>(nonzero);
}

/// From C order: element (i, j, ..., l) is at l + n_d (... + n_2 i).
template <class To, class From>
std::vector<To> first_index_fastest(const std::vector<From>& values, const extents& sizes) {
  std::vector<std::size_t> stride(sizes.size(), 1), index(sizes.size(), 0);
  for (std::size_t d = sizes.size(); d-- > 1;)
    stride[d - 1] = stride[d] * static_cast<std::size_t>(sizes[d]);
  std::vector<To> result(values.size());
  std::size_t from = 0;
  for (auto& to : result) {
    to = static_cast<To>(values[from]);
    for (std::size_t d = 0; d < sizes.size(); ++d) {
      from += stride[d];
      if (++index[d] < static_cast<std::size_t>(sizes[d])) break;
      from -= stride[d] * index[d];
      index[d] = 0;
    }
  }
  return result;
}

}  // namespace

npy_reader::npy_reader(std::filesystem::path path) : path_(std::move(path)) {
  const auto file_bytes = require_readable(path_, "an array file of NumPy (.npy)");
  std::ifstream file(path_, std::ios::binary);
  try {
    const auto header = parse_npy_header(read_header(file, file_bytes));
    data_begin_ = static_cast<std::uintmax_t>(file.tellg());
    item_ = item_of(header.descr);
    sizes_ = header.sizes;
    fortran_order_ = header.fortran_order;
    count_ = count_of(sizes_);
    if (count_ * item_.bytes != file_bytes - data_begin_)
      throw error("shape " + to_string(sizes_) + ": expected " +
                  std::to_string(count_ * item_.bytes) + " bytes of data, found " +
                  std::to_string(file_bytes - data_begin_));
  } catch (const file_error&) {
    throw;
  } catch (const error& e) {
    throw file_error(path_, e.what());
  }
}

template <class Stored>
std::vector<Stored> npy_reader::read_stored() const {
  std::vector<Stored> values(count_);
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(data_begin_));
  if (!file.read(reinterpret_cast<char*>(values.data()),
                 static_cast<std::streamsize>(count_ * sizeof(Stored))))
    throw file_error(path_, "cannot read its data");
  return values;
}

template <class T, class Stored>
std::vector<T> npy_reader::read_as() const {
  auto values = read_stored<Stored>();
  if (!fortran_order_ && sizes_.size() > 1) return first_index_fastest<T>(values, sizes_);
  if constexpr (std::is_same_v<T, Stored>)
    return values;
  else
    return std::vector<T>(values.begin(), values.end());
}

template <class T>
std::vector<T> npy_reader::read() const {
  const auto integers = [this]<class A, class B, class C, class D>(A, B, C, D) {
    return item_.bytes == 1   ? read_as<T, A>()
           : item_.bytes == 2 ? read_as<T, B>()
           : item_.bytes == 4 ? read_as<T, C>()
                              : read_as<T, D>();
  };
  if (item_.kind == 'f') return is_float() ? read_as<T, float>() : read_as<T, double>();
  if (item_.kind == 'i')
    return integers(std::int8_t(), std::int16_t(), std::int32_t(), std::int64_t());
  return integers(std::uint8_t(), std::uint16_t(), std::uint32_t(), std::uint64_t());
}

template <class T>
std::vector<char> npy_image(const extents& sizes, const std::vector<T>& values) {
  std::string shape;
  for (const auto size : sizes) shape += std::to_string(size) + ", ";
  if (sizes.size() > 1) shape.resize(shape.size() - 2);
  std::string header = std::string("{'descr': '") + (sizeof(T) == 4 ? "<f4" : "<f8") +
                       "', 'fortran_order': True, 'shape': (" + shape + "), }";
  constexpr std::size_t alignment = 64;  // of the data in the file
  const std::size_t start = magic.size() + 4;
  header.append(alignment - 1 - (start + header.size()) % alignment, ' ');
  header += '\n';
  std::vector<char> image(magic.begin(), magic.end());
  for (const auto byte : {std::size_t{1}, std::size_t{0}, header.size() % 256, header.size() / 256})
    image.push_back(static_cast<char>(byte));
  image.insert(image.end(), header.begin(), header.end());
  const auto begin = image.size();
  image.resize(begin + values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(image.data() + begin, values.data(), values.size() * sizeof(T));
  return image;
}

template std::vector<float> npy_reader::read() const;
template std::vector<double> npy_reader::read() const;
template std::vector<char> npy_image(const extents&, const std::vector<float>&);
template std::vector<char> npy_image(const extents&, const std::vector<double>&);

}  // namespace tubal::io
