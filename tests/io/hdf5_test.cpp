// HDF5 files of strangers, and as other programs write them.
#include "io/array_file.hpp"
#include "io/hdf5_attributes.hpp"
#include "io/run_file.hpp"
#include "io/seal.hpp"
#include "io/warning.hpp"

#include "io/allocations.hpp"
#include "io/sample_problem.hpp"
#include "io/scratch.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

void join(const std::filesystem::path& path, const std::string& name, std::vector<double> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  io::write_arrays<double>({{{path, name}, {size}, std::move(values)}});
}

// A header of 512 bytes before the file, as MATLAB has it.
TEST_F(hdf5_file, what_joins_a_file_of_matlab_leaves_its_header) {
  const std::string header = "MATLAB 7.3 MAT-file, Platform: GLNXA64" + std::string(474, ' ');
  {
    const io::property_handle creation(H5Pcreate(H5P_FILE_CREATE));
    H5Pset_userblock(creation, 512);
    const io::file_handle file(
        H5Fcreate((scratch / "a.h5").c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT));
    write_dataset(file, "A", {{2}, {1, 2}});
  }
  std::fstream(scratch / "a.h5", std::ios::in | std::ios::out | std::ios::binary) << header;
  for (int i = 0; i < 3; ++i) join(scratch / "a.h5", "B" + std::to_string(i), {3, 4, 5});
  EXPECT_EQ(contents(scratch / "a.h5").substr(0, 512), header);
  EXPECT_EQ(read("A"), (std::vector<double>{1, 2}));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(read("B" + std::to_string(i)), (std::vector<double>{3, 4, 5}));
  const io::hdf5_reader reader(scratch / "a.h5");
  EXPECT_EQ(reader.attribute(reader.open("B0"), "MATLAB_class"), io::attribute_value("double"));
}

TEST_F(hdf5_file, an_empty_array_and_a_text_of_matlab_are_what_they_are) {
  {
    const auto file = create("a.h5");
    write_dataset(file, "empty", {{3}, {0, 5, 2}, H5T_STD_U64LE});
    write_dataset(file, "text", {{2}, {104, 105}, H5T_STD_U16LE});
    const std::uint8_t yes = 1;
    const io::space_handle one(H5Screate(H5S_SCALAR));
    const io::dataset_handle empty(H5Dopen2(file, "empty", 0));
    H5Awrite(io::attribute_handle(H5Acreate2(empty, "MATLAB_empty", H5T_STD_U8LE, one, 0, 0)),
             H5T_NATIVE_UINT8, &yes);
    io::write_text_attribute(io::dataset_handle(H5Dopen2(file, "text", 0)), "MATLAB_class", "char");
  }
  EXPECT_EQ(io::array_reader({scratch / "a.h5", "empty"}).sizes(), (io::extents{0, 5, 2}));
  EXPECT_TRUE(read("empty").empty());
  expect_refused("text", "expected numbers, found text of MATLAB (class char)");
  put(scratch / "b.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64" + std::string(100, ' '));
  EXPECT_NE(failure("A", "b.mat").find("a MAT-file of MATLAB 5 to 7; save it with -v7.3"),
            std::string::npos);
}

TEST_F(hdf5_file, a_dataset_that_is_replaced_leaves_its_attributes) {
  {
    const auto file = create("a.h5");
    write_dataset(file, "same", {{2}, {1, 2}});
    write_dataset(file, "longer", {{2}, {1, 2}, H5T_STD_I16LE});
    for (const char* name : {"same", "longer"}) {
      const io::dataset_handle dataset(H5Dopen2(file, name, 0));
      io::write_text_attribute(dataset, "units", "metres");
      io::write_text_attribute(dataset, "of my own", "x");
    }
  }
  std::string heard;
  io::listen_to_warnings([&](const std::string& text) { heard += text; });
  join(scratch / "a.h5", "same", {3, 4});
  EXPECT_EQ(heard, "");
  join(scratch / "a.h5", "longer", {3, 4, 5});
  io::listen_to_warnings({});
  EXPECT_EQ(heard, (scratch / "a.h5").string() +
                       ": 'longer' is replaced, and 1 of its attributes with it");
  const io::hdf5_reader reader(scratch / "a.h5");
  for (const char* name : {"same", "longer"})
    EXPECT_EQ(reader.attribute(reader.open(name), "units"), io::attribute_value("metres"));
  EXPECT_EQ(reader.attribute(reader.open("same"), "of my own"), io::attribute_value("x"));
  EXPECT_EQ(read("longer"), (std::vector<double>{3, 4, 5}));
}

TEST_F(hdf5_file, what_joins_a_sealed_file_renews_the_seal) {
  io::run_data run;
  run.iteration = {0, 1};
  io::write_run_file(scratch / "a.h5", run);
  std::string heard;
  io::listen_to_warnings([&](const std::string& text) { heard += text; });
  join(scratch / "a.h5", "x", {1});
  io::listen_to_warnings({});
  EXPECT_NE(heard.find("was sealed, and is sealed anew"), std::string::npos);
  EXPECT_EQ(io::seal_of(scratch / "a.h5"), io::seal_state::whole);
  EXPECT_EQ(io::read_run_file(scratch / "a.h5").iteration.size(), 2u);
  EXPECT_EQ(read("x"), std::vector<double>{1});
  auto damaged = contents(scratch / "a.h5");
  damaged[damaged.size() / 2] ^= 1;
  put(scratch / "a.h5", damaged);
  EXPECT_NE(writing("y").find("its bytes are not those that were written"), std::string::npos);
}

TEST_F(hdf5_file, a_file_that_another_program_writes_is_not_damaged) {
  write_dataset(create("a.h5"), "x", {{2}, {1, 2}});
  {
    const int other = open((scratch / "a.h5").c_str(), O_RDWR);
    ASSERT_EQ(flock(other, LOCK_EX), 0);  // as HDF5 does
    expect_refused("x", "another program has it open for writing");
    EXPECT_NE(writing("y").find("another program has it open for writing"), std::string::npos);
    close(other);
  }
  EXPECT_EQ(writing("y"), "");
  EXPECT_EQ(scratch.files(), std::set<std::string>{"a.h5"});
}

// TUBAL_WRITERS, TUBAL_ROUNDS: by default 12 writers, 2 rounds.
TEST_F(hdf5_file, of_many_writers_none_loses_what_it_wrote) {
  const auto number = [](const char* name, int otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::atoi(text) : otherwise;
  };
  const int writers = number("TUBAL_WRITERS", 12), rounds = number("TUBAL_ROUNDS", 2);
  for (int round = 0; round < rounds; ++round) {
    std::filesystem::remove(scratch / "a.h5");
    std::vector<pid_t> children;
    for (int i = 0; i < writers; ++i) {
      const auto child = fork();
      if (child == 0) {
        const auto failed = message_of<error>([&] {
          join(scratch / "a.h5", "x" + std::to_string(i), {double(i), 1});
        });
        _exit(failed.empty() ? 0 : 1);
      }
      children.push_back(child);
    }
    for (const auto child : children) {
      int status = 1;
      waitpid(child, &status, 0);
      EXPECT_EQ(status, 0);
    }
    for (int i = 0; i < writers; ++i)
      EXPECT_EQ(read("x" + std::to_string(i)), (std::vector<double>{double(i), 1}));
    EXPECT_EQ(scratch.files(), std::set<std::string>{"a.h5"});
  }
}

}  // namespace
}  // namespace tubal::io_test
