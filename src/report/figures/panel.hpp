// One panel of a figure, as a gnuplot script.
#pragma once

#include "report/figures/style.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tubal::report {

/// A text as a literal of gnuplot, in which nothing is expanded; control characters become spaces.
std::string quoted(const std::string& text);

/// A number in gnuplot's data and scripts.
std::string plain(double value);

struct axis_range {
  double low = 0, high = 1;
  bool logarithmic = false;

  /// 0 to 1 from low to high, and back.
  double part(double value) const;
  double at(double part) const;
};

/// What holds all finite values: whole decades where all are positive and span more than two,
/// unless `never_logarithmic`; from 0 where that is near.
axis_range range_of(const std::vector<double>& values);

/// A vertical line with a name above the frame.
struct mark {
  double at;
  std::string name;
  std::string colour;
};

struct tic {
  double at;
  std::string name;
};

struct panel_frame {
  std::string title, xlabel, ylabel;  ///< plain texts
  axis_range x, y;
  std::vector<tic> xtics, ytics;  ///< empty: as gnuplot chooses
  std::vector<mark> marks;
  std::size_t legend_entries = 0;
  bool square = false;  ///< higher, for cells
};

/// Collects data blocks and what is drawn of them.
class panel_script {
 public:
  explicit panel_script(const panel_frame& frame);

  /// Adds lines of numbers under a name of its own, which it returns.
  std::string data(const std::string& lines);
  /// Adds to the plot command.
  void draw(const std::string& element);
  void set(const std::string& command) { settings_ += command + "\n"; }
  std::string text() const;

 private:
  std::string settings_;
  std::string blocks_;
  std::string elements_;
  int count_ = 0;
};

}  // namespace tubal::report
