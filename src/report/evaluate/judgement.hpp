// Whether what a plan claims holds.
#pragma once

#include "report/read/results.hpp"

namespace tubal::report {

enum class verdict { holds, fails, undecided };

/// At one point, or of one point over another.
struct finding {
  std::string where;
  double value = 0;
  std::size_t trials = 0, expected = 0;
  verdict outcome = verdict::undecided;
};

struct judgement {
  const expectation* claim;
  std::vector<finding> findings;  ///< of every point that the claim is about
  verdict outcome;                ///< the worst of them
};

std::vector<judgement> judge(const results& r);
std::size_t holding(const std::vector<judgement>& all);

/// "1.1e-2 to 3.6e-2", "at least 100"
std::string bounds_of(const expectation& e);
/// "test error at t = 1500, 10 % quantile"
std::string subject_of(const expectation& e);
const char* word(verdict v);

}  // namespace tubal::report
