// HDF5 files of strangers, and as other programs write them.
#include "io/array_file.hpp"

#include "io/allocations.hpp"
#include "io/sample_problem.hpp"
#include "io/scratch.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <numeric>

namespace tubal::io_test {
namespace {

class hdf5_file : public testing::Test {
 protected:
  static void SetUpTestSuite() { const io::quiet_hdf5 prepared; }

  io::file_handle create(const std::string& name) const {
    return io::file_handle(
        H5Fcreate((scratch / name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  }
  std::vector<double> read(const std::string& dataset, const std::string& name = "a.h5") const {
    return io::array_reader({scratch / name, dataset}).read<double>();
  }
  std::string failure(const std::string& dataset, const std::string& name = "a.h5") const {
    return message_of<io::file_error>([&] { read(dataset, name); });
  }
  void expect_refused(const std::string& dataset, const std::string& says) const {
    const auto text = failure(dataset);
    EXPECT_NE(text.find(says), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
  std::string writing(const std::string& dataset) const {
    return message_of<io::write_error>([&] {
      io::write_arrays<double>({{{scratch / "a.h5", dataset}, {2}, {7, 8}}});
    });
  }

  scratch_directory scratch;
};

io::space_handle space_of(const std::vector<hsize_t>& dims) {
  return io::space_handle(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
}

TEST_F(hdf5_file, opens_no_other_file_for_reading) {
  write_dataset(create("other.h5"), "x", {{2}, {1, 2}});
  put(scratch / "raw", std::string(16, '\1'));
  {
    const auto file = create("a.h5");
    H5Lcreate_external("other.h5", "/x", file, "link", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/", file, "group", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/group/x", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
    const auto space = space_of({2});
    const io::property_handle stored(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_external(stored, (scratch / "raw").c_str(), 0, 16);
    io::dataset_handle(H5Dcreate2(file, "raw", H5T_IEEE_F64LE, space, 0, stored, 0));
    const io::property_handle joined(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_virtual(joined, space, (scratch / "other.h5").c_str(), "/x", space);
    io::dataset_handle(H5Dcreate2(file, "virtual", H5T_IEEE_F64LE, space, 0, joined, 0));
  }
  expect_refused("link", "'link': cannot open: it is a link to another file, 'other.h5'");
  expect_refused("group/x", "it is a link to another file, 'other.h5'");
  expect_refused("soft", "it is a link to another file, 'other.h5'");
  expect_refused("raw", "its data are in another file, '" + (scratch / "raw").string() + "'");
  expect_refused("virtual", "it is a virtual dataset, made of other files");
  io::read_rules follow;
  follow.follow_links = true;
  const io::hdf5_reader reader(scratch / "a.h5", follow);
  EXPECT_EQ(reader.read("soft", reader.open("soft")), (std::vector<double>{1, 2}));
}

TEST_F(hdf5_file, a_link_to_a_pipe_does_not_hang) {
  mkfifo((scratch / "pipe").c_str(), 0600);
  H5Lcreate_external((scratch / "pipe").c_str(), "/x", create("a.h5"), "link", H5P_DEFAULT,
                     H5P_DEFAULT);
  expect_refused("link", "it is a link to another file");
}

TEST_F(hdf5_file, writes_to_no_other_file) {
  write_dataset(create("other.h5"), "x", {{2}, {1, 2}});
  {
    const auto file = create("a.h5");
    H5Lcreate_external("other.h5", "/x", file, "link", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/", file, "group", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/group/x", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
  }
  const auto other = contents(scratch / "other.h5"), before = contents(scratch / "a.h5");
  for (const char* name : {"link", "group/x", "group/y", "group/new/y", "soft"})
    EXPECT_NE(writing(name).find("it is a link to another file, 'other.h5'"), std::string::npos)
        << name << ": " << writing(name);
  EXPECT_EQ(contents(scratch / "other.h5"), other);
  EXPECT_EQ(contents(scratch / "a.h5"), before);
}

TEST_F(hdf5_file, what_unpacks_to_more_than_it_says_is_refused) {
  for (const auto& [name, says] : std::map<std::string, std::string>{
           {"deflated_three_times.h5", "its filter 'deflate' is there twice"},
           {"chunk_of_4_GB.h5", "a chunk has"}}) {
    std::filesystem::copy(std::string(TUBAL_TEST_DATA) + "/strange/" + name, scratch / "a.h5",
                          std::filesystem::copy_options::overwrite_existing);
    largest_allocation();
    expect_refused("x", says);
    EXPECT_LE(largest_allocation(), std::size_t{1} << 20);
  }
}

// 24 MB of zeros in the place of the chunk's 32 bytes.
TEST_F(hdf5_file, a_chunk_that_inflates_too_far_is_refused) {
  const std::string zeros(24 << 20, '\0');
  {
    const auto file = create("a.h5");
    const io::property_handle packed(H5Pcreate(H5P_DATASET_CREATE));
    const hsize_t chunk = zeros.size(), at = 0;
    H5Pset_chunk(packed, 1, &chunk);
    H5Pset_deflate(packed, 9);
    const io::dataset_handle big(
        H5Dcreate2(file, "big", H5T_STD_U8LE, space_of({chunk}), 0, packed, 0));
    H5Dwrite(big, H5T_NATIVE_CHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros.data());
    H5Dflush(big);
    hsize_t bytes = 0;
    H5Dget_chunk_storage_size(big, &at, &bytes);
    std::vector<char> stored(bytes);
    std::uint32_t mask = 0;
    H5Dread_chunk(big, H5P_DEFAULT, &at, &mask, stored.data());
    const hsize_t small = 4;
    H5Pset_chunk(packed, 1, &small);
    const io::dataset_handle lie(
        H5Dcreate2(file, "lie", H5T_IEEE_F64LE, space_of({small}), 0, packed, 0));
    H5Dwrite_chunk(lie, H5P_DEFAULT, 0, &at, bytes, stored.data());
  }
  expect_refused("lie", "a chunk becomes more than its 4");
  EXPECT_EQ(read("big").size(), zeros.size());
}

TEST_F(hdf5_file, more_than_the_limit_is_refused_before_it_is_allocated) {
  const hsize_t chunk = 1000;
  {
    const auto file = create("a.h5");
    const io::property_handle packed(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(packed, 1, &chunk);
    io::dataset_handle(H5Dcreate2(file, "x", H5T_IEEE_F64LE, space_of({1000000}), 0, packed, 0));
  }
  EXPECT_EQ(read("x"), std::vector<double>(1000000, 0.0));
  io::read_rules few;
  few.most_bytes = 1e6;
  const io::hdf5_reader reader(scratch / "a.h5", few);
  const auto text = message_of<io::file_error>([&] { reader.open("x", io::absent::filled); });
  EXPECT_NE(text.find("'x': shape 1000000 needs 0.008 GB in memory, more than the limit of 0.001"),
            std::string::npos)
      << text;
}

// As gzip, shuffle and checksums of h5py and MATLAB leave them.
TEST_F(hdf5_file, packed_numbers_of_every_type_are_read) {
  std::vector<double> values(60);
  std::iota(values.begin(), values.end(), 0.0);
  const hsize_t chunk[] = {2, 3, 4};
  {
    const auto file = create("a.h5");
    const io::property_handle packed(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(packed, 3, chunk);
    H5Pset_shuffle(packed);
    H5Pset_deflate(packed, 9);
    H5Pset_fletcher32(packed);
    for (const hid_t type :
         {H5T_STD_I8LE, H5T_STD_U8LE, H5T_STD_I16BE, H5T_STD_U16LE, H5T_STD_I32LE, H5T_STD_U32BE,
          H5T_STD_I64LE, H5T_STD_U64LE, H5T_IEEE_F32LE, H5T_IEEE_F64BE}) {
      const io::dataset_handle made(
          H5Dcreate2(file, std::to_string(type).c_str(), type, space_of({3, 4, 5}), 0, packed, 0));
      H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
    const std::vector<double> same(100000, 7);
    for (const hid_t type : {H5T_STD_U8LE, H5T_STD_I16LE, H5T_IEEE_F32LE}) {
      const hsize_t whole = same.size();
      const io::property_handle plain(H5Pcreate(H5P_DATASET_CREATE));
      H5Pset_chunk(plain, 1, &whole);
      H5Pset_deflate(plain, 9);
      const io::dataset_handle made(H5Dcreate2(file, ("same" + std::to_string(type)).c_str(), type,
                                               space_of({whole}), 0, plain, 0));
      H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, same.data());
    }
  }
  const io::hdf5_reader reader(scratch / "a.h5");
  for (const auto& name : reader.members("/"))
    EXPECT_EQ(read(name), name[0] == 's' ? std::vector<double>(100000, 7) : values) << name;
}

TEST_F(hdf5_file, what_was_never_written_has_its_fill_value) {
  const hsize_t chunk = 2;
  const double fill = 2.5;
  {
    const auto file = create("a.h5");
    for (const bool chunked : {false, true}) {
      const io::property_handle filled(H5Pcreate(H5P_DATASET_CREATE));
      if (chunked) H5Pset_chunk(filled, 1, &chunk);
      const std::string name = chunked ? "chunks" : "plain";
      io::dataset_handle(
          H5Dcreate2(file, (name + "0").c_str(), H5T_STD_I16LE, space_of({3}), 0, filled, 0));
      H5Pset_fill_value(filled, H5T_NATIVE_DOUBLE, &fill);
      io::dataset_handle(
          H5Dcreate2(file, name.c_str(), H5T_IEEE_F32LE, space_of({3}), 0, filled, 0));
      H5Pset_fill_value(filled, H5T_NATIVE_DOUBLE, nullptr);
      io::dataset_handle(
          H5Dcreate2(file, (name + "_none").c_str(), H5T_IEEE_F32LE, space_of({3}), 0, filled, 0));
    }
  }
  for (const std::string name : {"plain", "chunks"}) {
    EXPECT_EQ(read(name), std::vector<double>(3, 2.5));
    EXPECT_EQ(read(name + "0"), std::vector<double>(3, 0));
    expect_refused(name + "_none", "was never written, and has no fill value");
  }
}

TEST_F(hdf5_file, a_bool_of_h5py_is_0_or_1) {
  {
    const auto file = create("a.h5");
    const io::type_handle truth(H5Tenum_create(H5T_STD_I8LE));
    const signed char no = 0, yes = 1;
    H5Tenum_insert(truth, "FALSE", &no);
    H5Tenum_insert(truth, "TRUE", &yes);
    const io::dataset_handle mask(H5Dcreate2(file, "mask", truth, space_of({3}), 0, 0, 0));
    const signed char values[] = {1, 0, 1};
    H5Dwrite(mask, truth, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    const io::attribute_handle attribute(
        H5Acreate2(file, "symmetric", truth, io::space_handle(H5Screate(H5S_SCALAR)), 0, 0));
    H5Awrite(attribute, truth, &yes);
  }
  EXPECT_EQ(read("mask"), (std::vector<double>{1, 0, 1}));
  EXPECT_EQ(io::hdf5_reader(scratch / "a.h5").number("symmetric"), 1);
}

// 32000 is LZF, which h5py has in itself.
TEST_F(hdf5_file, a_filter_that_is_not_there_is_named) {
  {
    const auto file = create("a.h5");
    const io::property_handle packed(H5Pcreate(H5P_DATASET_CREATE));
    const hsize_t chunk = 4, at = 0;
    H5Pset_chunk(packed, 1, &chunk);
    H5Pset_filter(packed, 32000, H5Z_FLAG_OPTIONAL, 0, nullptr);
    const io::dataset_handle made(
        H5Dcreate2(file, "x", H5T_STD_U8LE, space_of({chunk}), 0, packed, 0));
    H5Dwrite_chunk(made, H5P_DEFAULT, 0, &at, 4, "abcd");
  }
  expect_refused("x", "its filter '32000' is none that this HDF5 has; write it with gzip");
}

}  // namespace
}  // namespace tubal::io_test
