// Texts of plans do not become mark-up.
#include "report/page/html.hpp"

#include <gtest/gtest.h>

namespace tubal::report {
namespace {

TEST(html, escapes) {
  EXPECT_EQ(escaped("a < b & \"c\" > 'd'").find_first_of("<>\""), std::string::npos);
  EXPECT_EQ(escaped("plain \xC3\xA9"), "plain \xC3\xA9");
  EXPECT_NE(escaped("<script>").find("&lt;script"), std::string::npos);
}

TEST(html, tables_escape_their_cells) {
  const std::string text = table_html({{"a<b"}, {{"<img>"}}, 0}, "x & y");
  EXPECT_EQ(text.find("<img>"), std::string::npos);
  EXPECT_NE(text.find("&lt;img"), std::string::npos);
  EXPECT_NE(text.find("a&lt;b"), std::string::npos);
}

}  // namespace
}  // namespace tubal::report
