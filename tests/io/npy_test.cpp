#include "io/npy.hpp"
#include "io/allocations.hpp"
#include "io/array_file.hpp"
#include "io/scratch.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

namespace tubal::io_test {
namespace {

using io::extents;

/// As NumPy writes it, without the spaces.
std::string npy(const std::string& header, std::size_t data_bytes, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
    bytes += static_cast<char>(header.size() >> (8 * i) & 255);
  return bytes + header + std::string(data_bytes, '\0');
}

std::string header(const std::string& descr, const std::string& order, const std::string& shape) {
  return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

template <class T>
class npy_of : public testing::Test {};
using precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(npy_of, precisions);

TYPED_TEST(npy_of, what_is_written_comes_back) {
  const scratch_directory scratch;
  for (const extents& sizes :
       {extents{}, {5}, {2, 3}, {2, 3, 4}, {0, 3, 2}, {2, 1, 3, 2}, {1, 1, 1}}) {
    std::int64_t count = 1;
    for (const auto size : sizes) count *= size;
    std::vector<TypeParam> values;
    for (int i = 0; i < count; ++i) values.push_back(static_cast<TypeParam>(i) / 3);
    io::write_arrays<TypeParam>({{{scratch / "a.npy", ""}, sizes, values},
                                 {{scratch / "a.h5", "group/a"}, sizes, values},
                                 {{scratch / "a.h5", "b"}, sizes, values}});
    for (const char* name : {"a.npy", "a.h5:/group/a", "a.h5:/b"}) {
      const io::array_reader back(*io::array_place_of((scratch / name).string()));
      EXPECT_EQ(back.sizes(), sizes) << name;
      EXPECT_EQ(back.is_float(), sizeof(TypeParam) == 4) << name;
      EXPECT_EQ(back.template read<TypeParam>(), values) << name;
      const auto floats = back.template read<float>();
      EXPECT_EQ(floats, std::vector<float>(values.begin(), values.end())) << name;
    }
  }
  EXPECT_EQ(scratch.files(), (std::set<std::string>{"a.npy", "a.h5"}));
}

TYPED_TEST(npy_of, c_order_is_turned) {
  const scratch_directory scratch;
  const char* type = sizeof(TypeParam) == 4 ? "'<f4'" : "'<f8'";
  auto bytes = npy(header(type, "False", "(2, 3, 4)"), 24 * sizeof(TypeParam));
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int l = 0; l < 4; ++l) {
        const auto value = static_cast<TypeParam>(100 * i + 10 * j + l);
        const auto place = static_cast<std::size_t>(l + 4 * (j + 3 * i));
        std::memcpy(bytes.data() + bytes.size() - (24 - place) * sizeof value, &value,
                    sizeof value);
      }
  put(scratch / "a.npy", bytes);
  const io::npy_reader file(scratch / "a.npy");
  EXPECT_EQ(file.sizes(), (extents{2, 3, 4}));
  const auto values = file.read<double>();
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int l = 0; l < 4; ++l)
        EXPECT_EQ(values[static_cast<std::size_t>(i + 2 * (j + 3 * l))], 100 * i + 10 * j + l);
}

TEST(npy, is_aligned_and_of_version_1) {
  const auto image = io::npy_image<double>({2, 3}, std::vector<double>(6, 1));
  EXPECT_EQ((image.size() - 6 * sizeof(double)) % 64, 0u);
  EXPECT_EQ(image[6], 1);
  EXPECT_EQ(image[image.size() - 6 * sizeof(double) - 1], '\n');
}

TEST(npy, headers_that_numpy_reads) {
  const scratch_directory scratch;
  for (const std::string& text :
       {header("'<f8'", "False", "(3,)"), header("'<f8'", "True", "(3, 1)"),
        std::string("{\"shape\":(3),\"fortran_order\":False,\"descr\":\"<f8\"}")
            .replace(11, 1, ",)"),
        header("'<f8'", "False", "(1, 3, 1,)") + "      \n"})
    for (const int version : {1, 2, 3}) {
      put(scratch / "a.npy", npy(text, 24, version));
      EXPECT_EQ(io::npy_reader(scratch / "a.npy").read<double>(), std::vector<double>(3)) << text;
    }
}

struct refusal {
  std::string bytes;
  std::string says;
};

TEST(npy, integers_and_bools_are_numbers) {
  const scratch_directory scratch;
  const std::string zeros(7, '\0');
  for (const auto& [descr, bytes] : std::map<std::string, std::string>{
           {"|b1", std::string("\1\0\1", 3)},
           {"|u1", "\xff\2\1"},
           {"|i1", "\xff\2\1"},
           {"<u2", std::string("\0\2\1\0\3\0", 6)},
           {"<i8", std::string(8, '\xff') + "\2" + zeros + "\3" + zeros}}) {
    put(scratch / "a.npy", npy(header("'" + descr + "'", "False", "(3,)"), 0) + bytes);
    const io::npy_reader file(scratch / "a.npy");
    const auto found = file.read<double>();
    EXPECT_EQ(found[0], descr == "|u1" ? 255 : descr == "<u2" ? 512 : descr == "|b1" ? 1 : -1);
    EXPECT_EQ(found[2], descr[1] == 'i' || descr == "<u2" ? found[2] : 1);
    EXPECT_FALSE(file.is_float());
  }
}

TEST(npy, what_is_refused) {
  const scratch_directory scratch;
  const auto good = header("'<f8'", "False", "(2, 3)");
  const std::vector<refusal> cases = {
      {"", "expected an array file of NumPy (.npy), found an empty file"},
      {"hello, world", "expected an array file of NumPy (.npy), found another format"},
      {npy(good, 48, 4), "expected format version 1.0, 2.0 or 3.0 of .npy, found 4.0"},
      {npy(good, 47), "shape 2 x 3: expected 48 bytes of data, found 47"},
      {npy(good, 49), "shape 2 x 3: expected 48 bytes of data, found 49"},
      {npy(good, 0), "shape 2 x 3: expected 48 bytes of data, found 0"},
      {npy(good, 48).substr(0, 30), "damaged, it ends in its header"},
      {npy(header("'>f8'", "False", "(2,)"), 16),
       "found '>f8', which is big-endian; save the array"},
      {npy(header("'>i8'", "False", "(2,)"), 16),
       "found '>i8', which is big-endian; save the array with .astype('<f8')"},
      {npy(header("'<f2'", "False", "(2,)"), 4), "found '<f2'; save the array with .astype('<f4')"},
      {"PK\x03\x04 and more", "found an archive (.npz); save the array in it with numpy.save"},
      {npy(header("'<f2'", "False", "(2,)"), 4), "found '<f2'"},
      {npy(header("'<c16'", "False", "(2,)"), 32),
       "found '<c16', which is complex; save the real part"},
      {npy(header("'|O'", "False", "(2,)"), 32), "found '|O'"},
      {npy(header("[('x', '<f8')]", "False", "(2,)"), 16), "found '[('x', '<f8')]'"},
      {npy(header("'<f8'", "0", "(2,)"), 16), "neither True nor False"},
      {npy(header("'<f8'", "False", "(2)"), 16), "'shape' that is no tuple"},
      {npy(header("'<f8'", "False", "(-2,)"), 16), "'shape' that is no tuple"},
      {npy(header("'<f8'", "False", "(2, 1e3)"), 16), "damaged header"},
      {npy(header("'<f8'", "False", "(1000000000000000000,)"), 16), "a size that no array has"},
      {npy(header("'<f8'", "False", "(4294967296, 4294967296)"), 16), "no array is so large"},
      {npy(header("'<f8'", "False", "(0, 4294967296, 4294967296)"), 0), "no array is so large"},
      {npy(header("'<f8'", "False", "(100000000000,)"), 16), "expected 800000000000 bytes of data"},
      {npy("{'descr': '<f8', 'shape': (2,)}", 16), "lacks 'fortran_order'"},
      {npy("{'descr': '<f8', 'descr': '<f8'}", 16), "has 'descr' twice"},
      {npy("{'kind': '<f8'}", 16), "has another key"},
      {npy(good + "x", 48), "goes on after its end"},
      {npy("", 16), "lacks a {"},
      {npy(std::string(70000, ' '), 16, 2), "its header has 70000 bytes"},
  };
  for (const auto& c : cases) {
    put(scratch / "a.npy", c.bytes);
    const auto message = message_of<io::file_error>([&] { io::npy_reader(scratch / "a.npy"); });
    EXPECT_EQ(message.find((scratch / "a.npy").string() + ": "), 0u) << message;
    EXPECT_NE(message.find(c.says), std::string::npos) << message;
  }
  EXPECT_NE(
      message_of<io::file_error>([&] { io::npy_reader(scratch / "no.npy"); }).find("no such file"),
      std::string::npos);
  EXPECT_NE(
      message_of<io::file_error>([&] { io::npy_reader(scratch.path()); }).find("found a directory"),
      std::string::npos);
}

/// Reads what may be damaged; refusing and reading are both right, asking for much is not.
void read_carefully(const std::filesystem::path& path, std::size_t file_bytes) {
  constexpr std::size_t of_the_library = 16384;  // buffers of streams, texts of messages
  largest_allocation();
  try {
    const io::npy_reader file(path);
    const auto values = file.read<double>();
    EXPECT_LE(values.size() * (file.is_float() ? 4 : 8), file_bytes);
  } catch (const io::file_error&) {
  }
  EXPECT_LE(largest_allocation(), std::max(2 * file_bytes, of_the_library));
}

TEST(npy, no_damage_does_harm) {
  const scratch_directory scratch;
  const auto path = scratch / "a.npy";
  const auto put_quickly = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  };
  const auto text = header("'<f8'", "False", "(3, 5, 2)");
  const auto good = npy(text, 240);
  for (std::size_t bytes = 0; bytes < good.size(); ++bytes) {
    put_quickly(good.substr(0, bytes));
    EXPECT_THROW(io::npy_reader{path}, io::file_error) << bytes;
  }
  for (std::size_t at = 0; at < good.size() - 240; ++at) {
    std::string values = "09(),'}";
    for (int bit = 0; bit < 8; ++bit) values += static_cast<char>(good[at] ^ 1 << bit);
    for (const char value : values) {
      auto bytes = good;
      bytes[at] = value;
      put_quickly(bytes);
      read_carefully(path, bytes.size());
    }
  }
}

TEST(array_file, names) {
  using io::array_place;
  using io::array_place_of;
  EXPECT_EQ(array_place_of("a.npy"), (array_place{"a.npy", ""}));
  EXPECT_EQ(array_place_of("d/a.h5:/g/x"), (array_place{"d/a.h5", "g/x"}));
  for (const char* text : {"", "a", "a.h5", "a.h5:", "a.h5:/", ":/x", "a.txt"})
    EXPECT_EQ(array_place_of(text), std::nullopt) << text;
}

TEST(array_file, hdf5_is_added_to) {
  const scratch_directory scratch;
  const auto write = [&](const std::string& name, std::vector<double> values) {
    const auto count = static_cast<std::int64_t>(values.size());
    io::write_arrays<double>({{{scratch / "a.h5", name}, {count}, std::move(values)}});
  };
  const auto read = [&](const std::string& name) {
    return io::array_reader({scratch / "a.h5", name}).read<double>();
  };
  write("x", {1, 2});
  write("g/y", {3});
  write("x", {4, 5, 6});
  EXPECT_EQ(read("x"), (std::vector<double>{4, 5, 6}));
  EXPECT_EQ(read("g/y"), std::vector<double>{3});
  EXPECT_THROW(write("g", {7}), io::write_error);
  EXPECT_THROW(write("x/y", {7}), io::write_error);
  EXPECT_EQ(read("g/y"), std::vector<double>{3});
  put(scratch / "a.h5", "hello");
  EXPECT_THROW(write("x", {1}), io::write_error);
  EXPECT_EQ(std::filesystem::file_size(scratch / "a.h5"), 5u);
}

TEST(array_file, values_must_be_finite) {
  const scratch_directory scratch;
  const io::array_place place{scratch / "a.npy", ""};
  io::write_arrays<double>({{place, {2, 2, 2}, {1, 2, 3, 4, 5, 1e300, 7, 8}}});
  EXPECT_EQ(io::array_reader(place).read<double>()[5], 1e300);
  EXPECT_NE(message_of<io::file_error>([&] {
              io::array_reader(place).read<float>();
            }).find("found Inf at (1, 0, 1)"),
            std::string::npos);
}

}  // namespace
}  // namespace tubal::io_test
