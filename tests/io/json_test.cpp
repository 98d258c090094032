// JSON values, and reading those that nobody vouches for.
#include "io/json.hpp"

#include "io/json_at.hpp"
#include "io/scratch.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tubal::io {
namespace {

using io_test::message_of;

json parsed(const std::string& text) { return parse_json(text, "f.json", "line 7"); }

std::string problem_with(const std::string& text) {
  return message_of([&] { parsed(text); });
}

TEST(json, is_written_as_it_is_read) {
  for (const std::string text :
       {"null", "true", "-3", "1.5", "1e-07", "1.0", "\"a\\n\\\"\"", "[]", "{}",
        "[1,[2,[]],{\"a\":{}}]", "{\"b\":1,\"a\":[null,false]}", "9223372036854775807"})
    EXPECT_EQ(parsed(text).dump(), text);
  EXPECT_EQ(parsed("{\"a\":[1]}").dump(2), "{\n  \"a\": [\n    1\n  ]\n}");
}

TEST(json, of_lists_is_an_object_where_all_are_pairs_that_begin_with_a_text) {
  EXPECT_EQ(json({{"a", 1}, {"b", {1, 2}}}).dump(), "{\"a\":1,\"b\":[1,2]}");
  EXPECT_EQ(json({{"a", 1}}).dump(), "{\"a\":1}");
  EXPECT_EQ(json({1, "a", nullptr, true}).dump(), "[1,\"a\",null,true]");
  EXPECT_EQ(json(std::vector<std::int64_t>{1, 2}).dump(), "[1,2]");
  EXPECT_EQ(json(std::optional<int>()).dump(), "null");
}

TEST(json, what_no_json_can_hold_is_replaced) {
  EXPECT_EQ(json({NAN, INFINITY}).dump(), "[null,null]");
  EXPECT_EQ(json("a\xFF").dump(), "\"a\xEF\xBF\xBD\"");
}

TEST(json, numbers_are_the_same_whatever_they_are_written_as) {
  EXPECT_EQ(json(1), json(1.0));
  EXPECT_NE(json(1), json(1.5));
  EXPECT_NE(json(1), json("1"));
  EXPECT_NE(json(0), json(false));
}

TEST(json, members_are_found_and_added) {
  json object;
  object["a"] = 1;
  object["a"] = 2;
  object["b"].push_back("x");
  EXPECT_EQ(object.dump(), "{\"a\":2,\"b\":[\"x\"]}");
  EXPECT_TRUE(object.contains("b"));
  EXPECT_EQ(object.find("c"), nullptr);
}

TEST(damaged_json, is_told_with_file_and_place) {
  for (const std::string text : {"", "{", "[1,", "{\"a\"}", "nul", "1 2", "1e999", "\"\xFF\""})
    EXPECT_EQ(problem_with(text).find("f.json: line 7: damaged JSON: "), 0u) << problem_with(text);
}

TEST(damaged_json, is_refused_where_it_is_nested_too_deeply) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(parsed(nested(64)).dump(), nested(64));
  EXPECT_EQ(problem_with(nested(65)), "f.json: line 7: expected JSON nested at most 64 deep");
  EXPECT_EQ(problem_with(std::string(1000000, '[')), problem_with(nested(65)));
}

TEST(json_at, takes_whole_numbers_alone_for_whole_numbers) {
  for (const std::string text :
       {"0.7", "1.0", "1e300", "-1", "11", "\"1\"", "null", "99999999999999999999", "[1]"}) {
    const auto value = parsed(text);
    const auto said = message_of([&] { json_at(value, "f.json", "n").whole(0, 10); });
    EXPECT_EQ(said.find("f.json: n: expected a whole number from 0 to 10, found "), 0u) << said;
  }
  EXPECT_EQ(json_at(json(10), "f.json", "").whole(0, 10), 10);
}

TEST(json_at, knows_where_a_value_stands) {
  const auto value = parsed("{\"a\": [{\"b\": \"x\"}], \"c\": null}");
  const json_at root(value, "f.json", "");
  EXPECT_EQ(message_of([&] { root["a"].elements()[0]["b"].number(); }),
            "f.json: a: 1: b: expected a number, found \"x\"");
  EXPECT_EQ(message_of([&] { root["d"]; }), "f.json: 'd' expected, but missing");
  EXPECT_FALSE(root.find("c"));
  EXPECT_TRUE(std::isnan(root["c"].number_or_null()));
}

}  // namespace
}  // namespace tubal::io
