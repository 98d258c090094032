// Problem files that must be refused, and what the message must say.
#pragma once

#include "io/sample_problem.hpp"

#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <limits>

namespace tubal::io_test {

struct damage {
  std::string name;
  std::function<void(const std::filesystem::path&)> make;
  std::string says;
};

inline void PrintTo(const damage& d, std::ostream* out) { *out << d.name; }

inline damage changed(std::string name, std::function<void(sample_problem&)> change,
                      std::string says) {
  return {std::move(name),
          [change](const std::filesystem::path& path) {
            auto p = make_sample();
            change(p);
            write(path, p);
          },
          std::move(says)};
}

inline void add_missing(std::vector<damage>& cases) {
  for (const std::string name : {"n", "k", "tubal_rank", "factor_rank", "measurements", "step_size",
                                 "init_scale", "iterations", "symmetric_measurements"})
    cases.push_back(changed(
        "no_attribute_" + name, [=](auto& p) { p.attributes.erase(name); },
        "attribute '" + name + "': expected, but missing"));
  for (const std::string name : {"measurement_tensors", "measurements"})
    cases.push_back(changed(
        "no_dataset_" + name, [=](auto& p) { p.datasets.erase(name); },
        "dataset '" + name + "': expected, but missing"));
}

inline void add_numbers(std::vector<damage>& cases) {
  auto add = [&](const std::string& name, double value, const std::string& says) {
    cases.push_back(changed(
        "attribute_" + name + "_" + std::to_string(cases.size()),
        [=](auto& p) {
          p.attributes[name] = {{value}, H5T_NATIVE_DOUBLE, ""};
        },
        "attribute '" + name + "': expected " + says));
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  for (const char* size : {"n", "k", "measurements"}) {
    add(size, 0, "a positive size, found 0");
    add(size, -3, "a positive size, found -3");
    add(size, 2.5, "a whole number, found 2.5");
    add(size, nan, "a finite number, found NaN");
    add(size, 1e300, "a whole number, found 1e+300");
  }
  add("tubal_rank", 0, "1 to n = 3, found 0");
  add("tubal_rank", 4, "1 to n = 3, found 4");
  add("factor_rank", 0, "at least tubal_rank = 1, found 0");
  add("factor_rank", -1, "at least tubal_rank = 1, found -1");
  add("step_size", 0, "a positive number, found 0");
  add("step_size", -1, "a positive number, found -1");
  add("step_size", nan, "a finite number, found NaN");
  add("step_size", inf, "a finite number, found Inf");
  add("init_scale", 0, "a positive number, found 0");
  add("iterations", -1, "0 or more, found -1");
  for (const char* size : {"n", "k", "measurements", "factor_rank", "tubal_rank"})
    cases.push_back(changed(
        std::string("huge_") + size, [=](auto& p) { p.set(size, 1e15); }, "expected"));
}

inline void add_attribute_types(std::vector<damage>& cases) {
  cases.push_back(changed(
      "text_attribute",
      [](auto& p) {
        p.attributes["n"] = {{0}, H5T_NATIVE_DOUBLE, "ten"};
      },
      "attribute 'n': expected a number, found another type"));
  cases.push_back(changed(
      "two_values",
      [](auto& p) {
        p.attributes["k"].values = {2, 2};
      },
      "attribute 'k': expected one number, found 2"));
  cases.push_back(changed(
      "huge_factor_alone",
      [](auto& p) {
        p.datasets.erase("initial_factor");
        p.set("factor_rank", 1e12);
      },
      "attribute 'factor_rank': expected a size in proportion to the file"));
}

inline void add_shapes(std::vector<damage>& cases) {
  auto add = [&](const std::string& name, std::vector<std::int64_t> dims, const std::string& says) {
    cases.push_back(changed(
        "shape_" + name + "_" + std::to_string(cases.size()),
        [=](auto& p) {
          std::int64_t count = 1;
          for (const auto dim : dims) count *= dim;
          p.datasets[name] = {dims, std::vector<double>(static_cast<std::size_t>(count), 0.5)};
        },
        "dataset '" + name + "': expected shape " + says));
  };
  add("measurement_tensors", {19, 2, 3, 3}, "3 x 3 x 2 x 20 (n x n x k x m), found 3 x 3 x 2 x 19");
  add("measurement_tensors", {20, 3, 3, 2}, "3 x 3 x 2 x 20 (n x n x k x m), found 2 x 3 x 3 x 20");
  add("measurement_tensors", {360}, "3 x 3 x 2 x 20 (n x n x k x m), found 360");
  add("measurement_tensors", {20, 18}, "3 x 3 x 2 x 20 (n x n x k x m), found 18 x 20");
  add("measurement_tensors", {20, 2, 3, 3, 1}, "3 x 3 x 2 x 20 (n x n x k x m), found 1 x 3 x 3");
  add("measurements", {21}, "20 (m), found 21");
  add("measurements", {20, 1}, "20 (m), found 1 x 20");
  add("measurements", {4, 5}, "20 (m), found 5 x 4");
  add("ground_truth", {2, 3, 4}, "3 x 3 x 2 (n x n x k), found 4 x 3 x 2");
  add("ground_truth", {18}, "3 x 3 x 2 (n x n x k), found 18");
  add("ground_truth_factor", {2, 2, 3}, "3 x 1 x 2 (n x r x k), found 3 x 2 x 2");
  add("initial_factor", {2, 3, 3}, "3 x 4 x 2 (n x R x k), found 3 x 3 x 2");
  add("initial_factor", {2, 3, 4}, "3 x 4 x 2 (n x R x k), found 4 x 3 x 2");
}

inline void add_values(std::vector<damage>& cases) {
  const std::map<std::string, double> bad = {{"NaN", std::numeric_limits<double>::quiet_NaN()},
                                             {"Inf", std::numeric_limits<double>::infinity()}};
  for (const std::string name :
       {"measurement_tensors", "measurements", "ground_truth", "initial_factor"})
    for (const auto& [text, value] : bad)
      cases.push_back(changed(
          text + "_in_" + name,
          [=, bad_value = value](auto& p) { p.datasets[name].values.back() = bad_value; },
          "dataset '" + name + "': expected finite values, found " + text));
  cases.push_back(changed(
      "NaN_in_ground_truth_factor",
      [&](auto& p) {
        p.datasets.erase("ground_truth");
        p.datasets["ground_truth_factor"].values[0] = std::nan("");
      },
      "dataset 'ground_truth_factor': expected finite values, found NaN at element 0"));
  cases.push_back(changed(
      "not_symmetric", [](auto& p) { p.datasets["ground_truth"].values[1] += 1; },
      "dataset 'ground_truth': expected a tensor equal to its transpose"));
}

inline void add_storage(std::vector<damage>& cases) {
  cases.push_back(changed(
      "not_written", [](auto& p) { p.datasets["measurements"].written = false; },
      "dataset 'measurements': expected data of shape 20, found 0 bytes"));
  cases.push_back(changed(
      "chunks_not_written",
      [](auto& p) {
        p.datasets["measurement_tensors"].written = false;
        p.datasets["measurement_tensors"].chunk = {5, 2, 3, 3};
      },
      "dataset 'measurement_tensors': expected data of shape"));
  cases.push_back(changed(
      "terabytes_declared",
      [](auto& p) {
        for (const char* size : {"n", "k"}) p.set(size, 1000);
        p.set("measurements", 1000000);
        p.datasets["measurement_tensors"] = {
            {1000000, 1000, 1000, 1000}, {}, H5T_NATIVE_DOUBLE, {1, 1, 10, 10}, false};
      },
      "dataset 'measurement_tensors': expected data of shape"));
  cases.push_back(changed(
      "group_in_place",
      [](auto& p) {
        p.datasets.erase("measurements");
        p.groups = {"measurements"};
      },
      "dataset 'measurements': cannot open"));
  cases.push_back(changed(
      "dangling_link",
      [](auto& p) {
        p.datasets.erase("initial_factor");
        p.links["initial_factor"] = "/nowhere";
      },
      "dataset 'initial_factor': cannot open"));
  cases.push_back(changed(
      "text_in_place",
      [](auto& p) {
        p.datasets["measurements"].type = H5T_C_S1;
        p.datasets["measurements"].written = false;
      },
      "dataset 'measurements': expected numbers, found another type"));
}

inline void add_files(std::vector<damage>& cases) {
  namespace fs = std::filesystem;
  auto cut = [](auto keep) {
    return [keep](const fs::path& path) {
      write(path, make_sample());
      fs::resize_file(path, static_cast<std::uintmax_t>(keep(double(fs::file_size(path)))));
    };
  };
  cases.push_back({"missing_file", [](const fs::path&) {}, "no such file"});
  cases.push_back({"directory", [](const fs::path& path) { fs::create_directory(path); },
                   "expected an HDF5 file, found a directory"});
  cases.push_back(
      {"pipe", [](const fs::path& path) { mkfifo(path.c_str(), 0600); }, "expected an HDF5 file"});
  cases.push_back({"empty_file", [](const fs::path& path) { std::ofstream file(path); },
                   "expected an HDF5 file, found an empty file"});
  cases.push_back({"text_file",
                   [](const fs::path& path) { std::ofstream(path) << "n = 10\nk = 4\n"; },
                   "expected an HDF5 file, found another format"});
  cases.push_back({"half", cut([](double bytes) { return bytes / 2; }), "damaged HDF5 file"});
  cases.push_back({"last_bytes", cut([](double bytes) { return bytes - 8; }), "damaged HDF5 file"});
  cases.push_back({"first_bytes", cut([](double) { return 64; }), "damaged HDF5 file"});
  cases.push_back({"signature",
                   [](const fs::path& path) {
                     write(path, make_sample());
                     std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << "XXXX";
                   },
                   "expected an HDF5 file, found another format"});
}

inline std::vector<damage> damaged_files() {
  std::vector<damage> cases;
  add_missing(cases);
  add_numbers(cases);
  add_attribute_types(cases);
  add_shapes(cases);
  add_values(cases);
  add_storage(cases);
  add_files(cases);
  return cases;
}

}  // namespace tubal::io_test
