#include "report/page/html.hpp"

#include <algorithm>

namespace tubal::report {

namespace {

std::string entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const bool control = static_cast<unsigned char>(c) < 32 && c != '\n' && c != '\t';
  return std::string(1, control || c == 127 ? ' ' : c);
}

std::string table_line(const std::vector<std::string>& cells, std::size_t names) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += i < names ? element("th", escaped(cells[i]), "scope=\"row\"")
                      : element("td", escaped(cells[i]));
  return element("tr", line) + "\n";
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string html;
  for (const char c : text) html += entity(c);
  return html;
}

std::string element(const std::string& tag, const std::string& content,
                    const std::string& attributes) {
  return "<" + tag + (attributes.empty() ? "" : " " + attributes) + ">" + content + "</" + tag +
         ">";
}

std::string table_html(const text_table& table, const std::string& name) {
  std::string head;
  for (const auto& column : table.columns) head += element("th", escaped(column), "scope=\"col\"");
  std::string body;
  for (const auto& line : table.lines) body += table_line(line, table.names);
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escaped(name) +
         "\"><table><thead>" + element("tr", head) + "</thead>\n<tbody>" + body +
         "</tbody></table></div>\n";
}

std::string inline_svg(const std::string& svg, const std::string& id, const std::string& about) {
  auto text = svg.substr(std::min(svg.find("<svg"), svg.size()));
  const auto title = text.find("<title>");
  const auto title_end = text.find("</desc>");
  if (title != std::string::npos && title_end != std::string::npos)
    text.replace(title, title_end + 7 - title, element("title", escaped(about)));
  replace_all(text, "id='", "id='" + id + "-");
  replace_all(text, "id=\"", "id=\"" + id + "-");
  replace_all(text, "href='#", "href='#" + id + "-");
  replace_all(text, "url(#", "url(#" + id + "-");
  if (text.rfind("<svg", 0) == 0)
    text.insert(4, " role=\"img\" aria-label=\"" + escaped(about) + "\"");
  return text;
}

}  // namespace tubal::report
