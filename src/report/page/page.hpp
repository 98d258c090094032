// The report: one page for all sweeps, without anything from outside.
#pragma once

#include "report/evaluate/judgement.hpp"
#include "report/figures/figure.hpp"

namespace tubal::report {

struct drawn_figure {
  figure what;
  std::vector<std::string> pictures;  ///< SVG, as gnuplot wrote it
};

struct chapter {
  results of;
  std::vector<judgement> judgements;
  std::vector<drawn_figure> figures;
};

/// HTML in UTF-8.
std::string page(const std::string& title, const std::vector<chapter>& chapters);

/// "12 s", "3.2 min", "5.1 h"
std::string duration(double seconds);

/// Parts of a chapter, for the page.
std::string settings_html(const results& r);
std::string points_html(const results& r);
std::string judgements_html(const chapter& c);
std::string origin_html(const results& r);

}  // namespace tubal::report
