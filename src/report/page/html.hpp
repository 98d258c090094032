// HTML from texts that nobody vouches for.
#pragma once

#include "report/figures/figure.hpp"

namespace tubal::report {

std::string escaped(const std::string& text);
/// <tag attributes>content</tag>; the content is HTML already.
std::string element(const std::string& tag, const std::string& content,
                    const std::string& attributes = {});
/// A table in a box that scrolls sideways where it is too wide.
std::string table_html(const text_table& table, const std::string& name);

/// gnuplot's SVG as a part of a page: no prologue, told to screen readers, ids of its own.
std::string inline_svg(const std::string& svg, const std::string& id, const std::string& about);

}  // namespace tubal::report
