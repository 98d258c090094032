#include "array_file.hpp"

#include "atomic_file.hpp"
#include "hdf5_image.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::io {

std::optional<array_place> array_place_of(const std::string& text) {
  if (std::filesystem::path(text).extension() == ".npy") return array_place{text, ""};
  const auto colon = text.rfind(":/");
  if (colon == std::string::npos || colon == 0 || colon + 2 == text.size()) return std::nullopt;
  return array_place{text.substr(0, colon), text.substr(colon + 2)};
}

std::string to_string(const array_place& place) {
  return place.file.string() + (place.dataset.empty() ? "" : ":/" + place.dataset);
}

array_reader::array_reader(array_place place) : place_(std::move(place)) {
  if (place_.dataset.empty()) {
    const npy_reader file(place_.file);
    sizes_ = file.sizes();
    is_float_ = file.is_float();
  } else {
    const hdf5_reader file(place_.file);
    const auto dataset = file.open(place_.dataset, absent::filled);
    sizes_ = file.sizes(dataset);
    is_float_ = file.is_float(dataset);
    if (file.attribute(dataset, "MATLAB_class") == attribute_value("char"))
      fail("expected numbers, found text of MATLAB (class char)");
    const auto is_empty = file.attribute(dataset, "MATLAB_empty");
    if (is_empty && is_empty != attribute_value(std::int64_t{0})) take_empty(file, dataset);
  }
}

void array_reader::fail(const std::string& what) const {
  throw file_error(to_string(place_) + ": " + what);
}

// MATLAB stores the sizes of an array without elements in its place.
void array_reader::take_empty(const hdf5_reader& file, const dataset_handle& dataset) {
  sizes_ = file.read<std::int64_t>(place_.dataset, dataset);
  if (std::find(sizes_.begin(), sizes_.end(), 0) == sizes_.end())
    fail("expected the sizes of an empty array of MATLAB, found " + to_string(sizes_));
  is_empty_ = true;
}

template <class T>
std::vector<T> array_reader::read_any() const {
  if (is_empty_) return {};
  if (place_.dataset.empty()) return npy_reader(place_.file).read<T>();
  const hdf5_reader file(place_.file);
  return file.read<T>(place_.dataset, file.open(place_.dataset, absent::filled));
}

template <class T>
std::vector<T> array_reader::read() const {
  auto values = read_any<T>();
  const auto bad =
      std::find_if(values.begin(), values.end(), [](T x) { return !std::isfinite(x); });
  if (bad == values.end()) return values;
  std::string index;
  auto rest = bad - values.begin();
  for (const auto size : sizes_) {
    index += (index.empty() ? "" : ", ") + std::to_string(rest % size);
    rest /= size;
  }
  fail("expected finite values that fit the precision, found " +
       std::string(std::isnan(*bad) ? "NaN" : "Inf") + " at (" + index + ")");
}

template <class T>
void write_arrays(const std::vector<named_array<T>>& arrays) {
  std::optional<hdf5_image> image;
  for (const auto& a : arrays) {
    if (a.place.dataset.empty()) {
      const auto bytes = npy_image(a.sizes, a.values);
      write_atomically(a.place.file, bytes.data(), bytes.size());
      continue;
    }
    if (!image) image.emplace(a.place.file, hdf5_image::start::existing);
    image->write(a.place.dataset, a.sizes, a.values.data());
  }
  if (image) image->save();
}

template std::vector<float> array_reader::read() const;
template std::vector<double> array_reader::read() const;
template std::vector<float> array_reader::read_any() const;
template std::vector<double> array_reader::read_any() const;
template void write_arrays(const std::vector<named_array<float>>&);
template void write_arrays(const std::vector<named_array<double>>&);

}  // namespace tubal::io
