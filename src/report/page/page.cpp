#include "report/page/page.hpp"

#include "report/evaluate/names.hpp"
#include "report/page/html.hpp"
#include "report/page/page_style.hpp"

#include <tubal/version.hpp>

namespace tubal::report {

namespace {

std::string title_of(const results& r) { return r.plan.title.empty() ? r.name : r.plan.title; }

std::string missing_text(const results& r) {
  const auto missing = r.expected() - r.finished();
  if (missing == 0) return {};
  return std::to_string(missing) + " of " + std::to_string(r.expected()) +
         " trials are missing: the sweep is still running or was interrupted";
}

std::string claims_text(const chapter& c) {
  if (c.judgements.empty()) return "no expectations";
  return std::to_string(holding(c.judgements)) + " of " + std::to_string(c.judgements.size()) +
         " expectations hold";
}

std::string summary_line(const chapter& c, const std::string& id) {
  const auto& r = c.of;
  std::string text =
      "<a href=\"#" + id + "\">" + escaped(title_of(r)) + "</a>: " + std::to_string(r.finished()) +
      " trials at " + std::to_string(r.points.size()) +
      (r.points.size() == 1 ? " point, " : " points, ") + duration(r.seconds()) + ", ";
  const bool all = holding(c.judgements) == c.judgements.size();
  text += all ? claims_text(c) : element("strong", claims_text(c), "class=\"fail\"");
  if (!missing_text(r).empty())
    text +=
        ", " + element("strong", std::to_string(r.expected() - r.finished()) + " trials missing");
  return element("li", text) + "\n";
}

std::string figure_html(const drawn_figure& f, std::size_t number, const std::string& id) {
  const auto& what = f.what;
  const auto name = "Figure " + std::to_string(number) + (what.title.empty() ? "" : ". ");
  std::string html = element("h3", name + escaped(what.title), "id=\"" + id + "\"") + "\n";
  std::string pictures;
  for (std::size_t i = 0; i < f.pictures.size(); ++i)
    pictures += element("div",
                        inline_svg(f.pictures[i], id + "-" + std::to_string(i + 1),
                                   what.title + ": " + what.pictures[i].about),
                        "class=\"picture\"") +
                "\n";
  if (what.table && !what.table->lines.empty()) pictures += table_html(*what.table, what.title);
  if (pictures.empty())
    pictures = element("p", "Nothing to show yet: no trial has finished.");
  else if (!what.table)
    pictures =
        element("div", pictures, f.pictures.size() > 1 ? "class=\"pictures\"" : "class=\"single\"");
  return html + element("figure", pictures + element("figcaption", escaped(what.caption))) + "\n";
}

std::string chapter_html(const chapter& c, const std::string& id) {
  const auto& r = c.of;
  std::string html = element("h2", escaped(title_of(r)), "id=\"" + id + "\"") + "\n";
  if (!r.plan.text.empty()) html += element("p", escaped(r.plan.text), "class=\"text\"") + "\n";
  if (!missing_text(r).empty())
    html += element("p", escaped(missing_text(r)) + ".", "class=\"notice\"") + "\n";
  std::size_t number = 0;
  for (const auto& f : c.figures) {
    ++number;
    html += figure_html(f, number, id + "-figure-" + std::to_string(number));
  }
  html += judgements_html(c) + points_html(r) + settings_html(r) + origin_html(r);
  return element("section", html) + "\n";
}

}  // namespace

std::string duration(double seconds) {
  if (seconds < 100) return shown(seconds, 2) + " s";
  if (seconds < 6000) return shown(seconds / 60, 2) + " min";
  return shown(seconds / 3600, 3) + " h";
}

std::string page(const std::string& title, const std::vector<chapter>& chapters) {
  std::string list;
  std::string body;
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    const auto id = "sweep-" + std::to_string(i + 1);
    list += summary_line(chapters[i], id);
    body += chapter_html(chapters[i], id);
  }
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'; img-src data:\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n" +
         element("title", escaped(title)) + "\n" + element("style", page_style) +
         "\n</head>\n<body>\n<main>\n" + element("h1", escaped(title)) + "\n" +
         element("ul", "\n" + list, "class=\"summary\"") + "\n" + body + "</main>\n" +
         element("footer", std::string("Written by tubal ") + version + ".") +
         "\n</body>\n</html>\n";
}

}  // namespace tubal::report
