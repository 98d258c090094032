// The operations on tensors as subcommands, on values that a reader can check.
#include "cli/command.hpp"
#include "io/array_file.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tubal::cli_test {
namespace {

using io::extents;
using values = std::vector<double>;

class algebra : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (scratch_ / name).string(); }

  template <class T = double>
  std::string put(const std::string& name, const extents& sizes, std::vector<T> x) const {
    io::write_arrays<T>({{*io::array_place_of(path(name)), sizes, std::move(x)}});
    return path(name);
  }
  io::array_reader get(const std::string& name) const {
    return io::array_reader(*io::array_place_of(path(name)));
  }
  void expect_near(const std::string& name, const extents& sizes, const values& expected) const {
    const auto file = get(name);
    EXPECT_EQ(file.sizes(), sizes) << name;
    const auto found = file.read<double>();
    ASSERT_EQ(found.size(), expected.size()) << name;
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], 1e-12) << name << ", element " << i;
  }
  void run(const std::vector<std::string>& arguments) const {
    const auto r = tubal(arguments);
    EXPECT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(r.out + r.err, "");
  }
  void expect_error(const std::vector<std::string>& arguments, int code,
                    const std::string& says) const {
    const auto before = scratch_.files();
    const auto r = tubal(arguments);
    EXPECT_EQ(r.code, code) << r.err;
    EXPECT_TRUE(is_one_error_line(r.err)) << r.err;
    EXPECT_NE(r.err.find(says), std::string::npos) << r.err;
    EXPECT_EQ(r.out, "");
    EXPECT_EQ(scratch_.files(), before);
  }

  const io_test::scratch_directory scratch_;
};

TEST_F(algebra, products_of_tubes_are_circular_convolutions) {
  const auto a = put("A.npy", {1, 1, 3}, {1, 2, 3}), b = put("B.npy", {1, 1, 3}, {4, 5, 6});
  run({"tprod", a, b, "-o", path("C.npy")});
  expect_near("C.npy", {1, 1, 3}, {31, 31, 28});
  run({"tprod", a, b, "--op-a", "t", "-o", path("C.npy")});  // (1, 3, 2)
  expect_near("C.npy", {1, 1, 3}, {4 + 3 * 6 + 2 * 5, 5 + 3 * 4 + 2 * 6, 6 + 3 * 5 + 2 * 4});
  run({"tprod", a, b, "--transform", "identity", "-o", path("C.npy")});
  expect_near("C.npy", {1, 1, 3}, {4, 10, 18});
}

TEST_F(algebra, of_several_tube_dimensions_is_a_convolution_in_each) {
  const auto shift = put("A.npy", {1, 1, 2, 3}, {0, 0, 0, 1, 0, 0});  // by 1 and 1
  const auto b = put("B.npy", {1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});
  run({"tprod", shift, b, "-o", path("C.npy")});
  expect_near("C.npy", {1, 1, 2, 3}, {6, 5, 2, 1, 4, 3});
}

TEST_F(algebra, of_matrices_and_columns_is_that_of_matrices) {
  const auto a = put("A.npy", {2, 2}, {2, 0, 1, 4}), b = put("b.npy", {2}, {4, 8});
  run({"tprod", a, b, "-o", path("C.npy")});
  expect_near("C.npy", {2, 1}, {16, 32});
  run({"solve", a, b, "-o", path("X.npy")});
  expect_near("X.npy", {2, 1}, {1, 2});
  run({"inv", a, "-o", path("X.npy")});
  expect_near("X.npy", {2, 2}, {0.5, 0, -0.125, 0.25});
}

TEST_F(algebra, solve_is_least_squares_where_a_is_not_square) {
  // the line through (0, 1), (1, 2), (2, 6): 0.5 + 2.5 x
  const auto a = put("A.npy", {3, 2}, {1, 1, 1, 0, 1, 2}), b = put("b.npy", {3}, {1, 2, 6});
  run({"solve", a, b, "-o", path("X.npy")});
  expect_near("X.npy", {2, 1}, {0.5, 2.5});
  // of x + y = 2 the solution of the smallest norm
  run({"solve", put("A.npy", {1, 2}, {1, 1}), put("b.npy", {1}, {2}), "-o", path("X.npy")});
  expect_near("X.npy", {2, 1}, {1, 1});
  // a square, singular A
  const auto ones = put("A.npy", {2, 2}, {1, 1, 1, 1}), c = put("b.npy", {2}, {1, 3});
  run({"solve", ones, c, "--tolerance", "1e-9", "-o", path("X.npy")});
  expect_near("X.npy", {2, 1}, {1, 1});
  expect_error({"solve", put("A.npy", {3, 2}, {1, 1, 1, 0, 1, 2}), c, "-o", path("X.npy")}, 3,
               "least_squares");
}

TEST_F(algebra, transpose_reverses_the_slices_after_the_first) {
  const auto a = put("A.npy", {1, 2, 3}, {1, 2, 3, 4, 5, 6});
  run({"transpose", a, "-o", path("C.npy")});
  expect_near("C.npy", {2, 1, 3}, {1, 2, 5, 6, 3, 4});
  run({"transpose", a, "--transform", "dct", "-o", path("C.h5:/x/C")});
  expect_near("C.h5:/x/C", {2, 1, 3}, {1, 2, 3, 4, 5, 6});
}

TEST_F(algebra, factors_of_a_diagonal_matrix) {
  const auto a = put("A.npy", {3, 2}, {3, 0, 0, 0, 2, 0});
  run({"svd", a, "-o", path("f")});
  expect_near("f/S.npy", {2, 2}, {3, 0, 0, 2});
  EXPECT_EQ(get("f/U.npy").sizes(), (extents{3, 2}));
  EXPECT_EQ(get("f/V.npy").sizes(), (extents{2, 2}));
  run({"svd", a, "--full", "-o", path("f")});
  expect_near("f/S.npy", {3, 2}, {3, 0, 0, 0, 2, 0});
  EXPECT_EQ(get("f/U.npy").sizes(), (extents{3, 3}));
  run({"svd", a, "--rank", "1", "-o", path("f.h5:/f")});
  expect_near("f.h5:/f/S", {1, 1}, {3});
  run({"svd", a, "--tolerance", "0.7", "-o", path("f.h5:/f")});
  expect_near("f.h5:/f/S", {1, 1}, {3});
  run({"qr", a, "-o", path("g")});
  expect_near("g/Q.npy", {3, 2}, {1, 0, 0, 0, 1, 0});
  expect_near("g/R.npy", {2, 2}, {3, 0, 0, 2});
  run({"pinv", a, "-o", path("X.npy")});
  expect_near("X.npy", {2, 3}, {1. / 3, 0, 0, 0.5, 0, 0});
  run({"pinv", a, "--tolerance", "0.7", "-o", path("X.npy")});
  expect_near("X.npy", {2, 3}, {1. / 3, 0, 0, 0, 0, 0});
  run({"eig", put("B.npy", {2, 2}, {0, 1, 3, 0}), "-o", path("h")});
  expect_near("h/D.npy", {2, 2}, {2, 0, 0, -2});
}

// The spectrum of the tube (1, 1) is (2, 0), that of (3, 0) is (3, 3).
TEST_F(algebra, ranks_and_norms) {
  const auto a = put("A.npy", {2, 2, 2}, {1, 0, 0, 3, 1, 0, 0, 0});
  EXPECT_EQ(tubal({"rank", a}).out, "2\n");
  EXPECT_EQ(tubal({"rank", a, "--tolerance", "0.7"}).out, "1\n");
  EXPECT_EQ(tubal({"norm", a, "--kind", "spectral"}).out, "3\n");
  EXPECT_EQ(tubal({"norm", a, "--kind", "nuclear"}).out, "4\n");
  EXPECT_DOUBLE_EQ(std::stod(tubal({"norm", a}).out), std::sqrt(11.0));
  const auto rank = nlohmann::json::parse(tubal({"rank", a, "--json"}).out);
  EXPECT_EQ(rank["tubal_rank"], 2);
  EXPECT_EQ(rank["multi_rank"], (std::vector<int>{2, 1}));
  EXPECT_EQ(rank["average_rank"], 1.5);
  EXPECT_EQ(rank["shape"], (std::vector<int>{2, 2, 2}));
  EXPECT_EQ(rank["transform"], "dft");
  EXPECT_EQ(rank["precision"], "double");
  const auto norm = nlohmann::json::parse(tubal({"norm", a, "--kind", "nuclear", "--json"}).out);
  EXPECT_EQ(norm["kind"], "nuclear");
  EXPECT_EQ(norm["norm"], 4);
}

TEST_F(algebra, a_matrix_of_a_file_is_the_transform) {
  const auto m = put("M.npy", {2, 2}, {1, 0, 1, 1});  // x^ = (x0 + x1, x1)
  const auto a = put("A.npy", {1, 1, 2}, {1, 2});     // (3, 2), squared (9, 4)
  run({"tprod", a, a, "--transform", m, "-o", path("C.npy")});
  expect_near("C.npy", {1, 1, 2}, {5, 4});
  put("M.h5:/g/M", {2, 2}, {1, 0, 1, 1});
  run({"tprod", a, a, "--transform", path("M.h5:/g/M"), "-o", path("C.npy")});
  expect_near("C.npy", {1, 1, 2}, {5, 4});
}

TEST_F(algebra, precision_is_that_of_the_files_unless_said) {
  const auto a = put<float>("A.npy", {1, 1, 3}, {1, 2, 3});
  const auto b = put("B.npy", {1, 1, 3}, {4, 5, 6});
  const auto is_float = [&](std::vector<std::string> arguments) {
    for (const char* more : {"-o", "C.npy"})
      arguments.push_back(more[0] == 'C' ? path(more) : std::string(more));
    run(arguments);
    return get("C.npy").is_float();
  };
  EXPECT_TRUE(is_float({"tprod", a, a}));
  EXPECT_FALSE(is_float({"tprod", a, b}));
  EXPECT_FALSE(is_float({"tprod", a, a, "--precision", "double"}));
  EXPECT_TRUE(is_float({"tprod", a, b, "--precision", "float"}));
}

TEST_F(algebra, refuses_what_makes_no_sense) {
  const auto a = put("A.npy", {2, 1, 3}, values(6, 1)), c = path("C.npy");
  put("A.h5:/A", {2, 1, 3}, values(6, 1));
  put("M.npy", {2, 3}, values(6, 1));
  expect_error({"tprod", a, a, "-o", c}, 3, "tproduct: a is 2 x 1 x 3 and b is 2 x 1 x 3");
  expect_error({"tprod", a, put("B.npy", {1, 2, 2}, values(4, 1)), "-o", c}, 3,
               "expected tubes of 3 as in " + a + ", found 2");
  expect_error({"inv", a, "-o", c}, 3, "a square one is asked for");
  expect_error({"rank", path("no.npy")}, 3, "no.npy: no such file");
  expect_error({"rank", path("A.h5:/no")}, 3, "dataset 'no': expected, but missing");
  expect_error({"rank", a, "--transform", "haar"}, 2, "haar asks for powers of 2");
  expect_error({"rank", a, "--transform", path("M.npy")}, 3, "expected a square matrix");
  expect_error({"rank", put("N.npy", {1}, {std::nan("")})}, 3, "found NaN at (0)");
  expect_error({"rank", "A.txt"}, 2, "A: expected FILE.npy or FILE.h5:/dataset, got A.txt");
  expect_error({"rank", a, "--transform", "fft"}, 2, "--transform: expected dft, dct, haar");
  expect_error({"rank", a, "--tolerance", "1"}, 2, "--tolerance: expected 0 or more and under 1");
  expect_error({"norm", a, "--kind", "max"}, 2, "--kind");
  expect_error({"tprod", a, a, "--op-a", "T", "-o", c}, 2, "--op-a");
  expect_error({"svd", a, "--rank", "2", "-o", path("f")}, 2, "svd: rank is 2");
  expect_error({"svd", a, "--rank", "1", "--full", "-o", path("f")}, 2, "excludes");
  expect_error({"svd", a, "-o", c}, 2, "--output: expected a directory or FILE.h5:/group");
  expect_error({"transpose", a}, 2, "--output is required");
  expect_error({"transpose", a, "-o", path("C.txt")}, 2, "--output: expected FILE.npy");
  expect_error({"transpose", a, "-o", a}, 2, "--output: would overwrite the input");
  expect_error({"transpose", path("A.h5:/A"), "-o", path("A.h5:/A")}, 2, "would overwrite");
  expect_error({"transpose", a, "--threads", "-1", "-o", c}, 2, "--threads");
  expect_error({"transpose", a, "-o", path("no/C.npy")}, 4, "cannot write: No such file");
  expect_error({"svd", a, "-o", path("no/f")}, 4, "cannot make the directory");
}

TEST_F(algebra, of_a_singular_tensor_has_no_inverse) {
  const auto a = put("A.npy", {2, 2, 2}, values(8, 1));
  expect_error({"inv", a, "-o", path("C.npy")}, 6, "singular");
  expect_error({"solve", a, a, "-o", path("C.npy")}, 6, "singular");
}

/// Up to rounding: 1..9, and a tensor of which the mean over the first index was taken.
TEST_F(algebra, rounding_does_not_make_a_singular_tensor_invertible) {
  const auto a = put("A.npy", {3, 3}, {1, 4, 7, 2, 5, 8, 3, 6, 9});
  expect_error({"inv", a, "-o", path("C.npy")}, 6, "is singular: condition number");
  expect_error({"solve", a, a, "-o", path("C.npy")}, 6, "is singular: condition number");
  values x(4 * 4 * 3);
  for (std::size_t e = 0; e < x.size(); ++e) x[e] = std::sin(static_cast<double>(3 * e * e + 1));
  for (std::size_t column = 0; column < x.size(); column += 4) {
    const double mean = (x[column] + x[column + 1] + x[column + 2] + x[column + 3]) / 4;
    for (std::size_t i = 0; i < 4; ++i) x[column + i] -= mean;
  }
  const auto centred = put("B.npy", {4, 4, 3}, x);
  for (const char* along : {"dft", "dct", "identity"}) {
    expect_error({"inv", centred, "--transform", along, "-o", path("C.npy")}, 6, "singular");
    expect_error({"solve", centred, centred, "--transform", along, "-o", path("C.npy")}, 6,
                 "singular");
  }
}

TEST_F(algebra, of_a_nearly_singular_tensor_there_are_words) {
  const auto a = put("A.npy", {2, 2}, {1, 0, 0, 4e-15});
  const auto r = tubal({"inv", a, "-o", path("C.npy")});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_EQ(r.err,
            "tubal: warning: inverse or solve: real slice 0 of a is nearly singular: condition "
            "number 2.5e+14 against the largest of all slices; few digits of the result are "
            "right\n");
}

TEST_F(algebra, results_join_what_an_hdf5_file_holds) {
  put("A.h5:/A", {1, 1, 3}, {1, 2, 3});
  put("A.h5:/B", {1, 1, 3}, {4, 5, 6});
  run({"tprod", path("A.h5:/A"), path("A.h5:/B"), "-o", path("A.h5:/C")});
  expect_near("A.h5:/A", {1, 1, 3}, {1, 2, 3});
  expect_near("A.h5:/C", {1, 1, 3}, {31, 31, 28});
}

TEST_F(algebra, help_shows_an_example_of_each) {
  for (const char* name :
       {"tprod", "transpose", "svd", "qr", "eig", "inv", "pinv", "solve", "rank", "norm"}) {
    const auto r = tubal({name, "--help"});
    EXPECT_EQ(r.code, 0);
    const auto example = "Example: tubal " + std::string(name) + " A.npy";
    for (const char* text : {example.c_str(), "--transform", "--precision"})
      EXPECT_NE(r.out.find(text), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace tubal::cli_test
