// The operations of the algebra as subcommands, and their options.
#pragma once

#include "cli/terminal/options.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tubal::cli {

enum class algebra_kind { tprod, transpose, svd, qr, eig, inv, pinv, solve, rank, norm };

/// One subcommand.
struct algebra_operation {
  algebra_kind kind;
  const char* name;
  const char* text;
  const char* example;
  bool has_b = false;
  /// Options that it takes beside those that all take, as `algebra_options` calls them.
  std::vector<std::string> options = {};
  /// The factors that it gives; none: one tensor, or a number.
  std::vector<std::string> factors = {};
  bool gives_number() const { return kind == algebra_kind::rank || kind == algebra_kind::norm; }
};
std::span<const algebra_operation> algebra_operations();

/// As given on the command line.
struct algebra_options {
  std::string a, b, out;
  std::string transform = "dft";
  std::optional<std::int64_t> rank;
  std::optional<double> tolerance;
  bool full = false;
  std::string op_a = "none", op_b = "none";
  std::string norm = "frobenius";
  std::string device = "host";
  std::optional<std::string> precision;
  int threads = 0;
  bool json = false;
};

void add_options(subcommand& to, const algebra_operation& operation, algebra_options& options);

}  // namespace tubal::cli
