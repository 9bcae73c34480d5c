// Json: what is printed, what is read, what is refused.
#include "fleet/io/json/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace samara::json {
namespace {

TEST(json, prints_members_in_the_order_set) {
  Json j = Json::object();
  j.set("z", 1).set("a", Json::array({1, true, nullptr, "x"})).set("z", 2);
  EXPECT_EQ(j.dump(), R"({"z":2,"a":[1,true,null,"x"]})");
}

TEST(json, indents_but_keeps_plain_arrays_on_a_line) {
  const Json j = Json::object({{"s", Json::array({1, 2})},
                               {"o", Json::array({Json::object({{"k", 1}})})},
                               {"e", Json::object()}});
  EXPECT_EQ(j.dump(2),
            "{\n  \"s\": [1, 2],\n  \"o\": [\n    {\n      \"k\": 1\n    }\n  ],\n  \"e\": {}\n}");
}

TEST(json, doubles_read_back_as_the_same_bits) {
  for (const double d : {0.1, 1.0 / 3, 1e300, 5e-324, -0.0, 123456789.123456789,
                         std::numeric_limits<double>::max()}) {
    auto back = parse(Json(d).dump());
    ASSERT_TRUE(back.ok()) << d;
    EXPECT_EQ(back->as_number().value(), d);
  }
}

TEST(json, floats_print_with_their_own_digits) {
  EXPECT_EQ(Json(0.7f).dump(), "0.7");
  for (float f = 1e-30f; f < 1e30f; f *= 1.7f)
    EXPECT_EQ(static_cast<float>(parse(Json(f).dump())->as_number().value()), f);
}

TEST(json, numbers_that_json_lacks_are_strings) {
  EXPECT_EQ(Json(std::nan("")).dump(), "\"NaN\"");
  EXPECT_EQ(Json(INFINITY).dump(), "\"Infinity\"");
  EXPECT_EQ(Json(-INFINITY).dump(), "\"-Infinity\"");
}

TEST(json, integers_keep_all_their_bits) {
  EXPECT_EQ(Json(std::numeric_limits<uint64_t>::max()).dump(), "18446744073709551615");
  EXPECT_EQ(parse("-9223372036854775808")->as_integer(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(parse("18446744073709551615")->as_integer(), std::nullopt);
  EXPECT_EQ(parse("2.0")->as_integer(), 2);
  EXPECT_EQ(parse("2.5")->as_integer(), std::nullopt);
  EXPECT_EQ(parse("1e30")->as_integer(), std::nullopt);
}

TEST(json, tells_integers_from_numbers_that_are_whole) {
  EXPECT_TRUE(parse("2")->is_plain_integer());
  EXPECT_TRUE(parse("18446744073709551615")->is_plain_integer());
  for (const char* other : {"2.0", "2e0", "18446744073709551616", "\"2\"", "true", "null"})
    EXPECT_FALSE(parse(other)->is_plain_integer()) << other;
}

TEST(json, strings_are_escaped_and_bad_utf8_replaced) {
  EXPECT_EQ(Json("a\"\\\n\x01/\xc3\xa9").dump(), "\"a\\\"\\\\\\n\\u0001/\xc3\xa9\"");
  EXPECT_EQ(Json("\xff").dump(), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(Json("\xc3").dump(), "\"\xef\xbf\xbd\"");        // cut short
  EXPECT_EQ(Json("\xed\xa0\x80").dump().size(), 2 + 3 * 3);  // a surrogate: three bad bytes
  const std::string odd("\0\x7f", 2);
  EXPECT_EQ(*parse(Json(odd).dump())->as_string(), odd);
}

TEST(json, reads_what_it_prints) {
  const std::string text = R"({"a":[1,-2,3.5,"\u00e9",{"b":null}],"c":{},"d":[],"e":false})";
  auto j = parse(text);
  ASSERT_TRUE(j.ok());
  EXPECT_EQ(parse(j->dump(1)).value(), *j);
  EXPECT_EQ(j->dump(), R"({"a":[1,-2,3.5,"é",{"b":null}],"c":{},"d":[],"e":false})");
  EXPECT_EQ(j->find("a")->as_array()->size(), 5u);
  EXPECT_EQ(j->find("nothing"), nullptr);
  EXPECT_EQ(j->find("e")->kind(), "boolean");
}

TEST(json, refuses_what_is_not_json) {
  for (const char* bad : {"", " ", "{", "[1,]", "{\"a\":}", "{a:1}", "nul", "1 2", "\"\xff\"", "01",
                          "[1", "\"", "{\"a\":1,}", "NaN", "1e999", "// x\n1", "]"}) {
    auto j = parse(bad);
    ASSERT_FALSE(j.ok()) << bad;
    EXPECT_EQ(j.error().code(), Code::invalid_argument) << bad;
  }
  EXPECT_NE(parse("{\n\"a\" 1}").error().message().find("line 2"), std::string::npos);
}

TEST(json, refuses_a_name_that_stands_twice) {
  auto j = parse(R"({"a":1,"b":2,"a":3})");
  ASSERT_FALSE(j.ok());
  EXPECT_NE(j.error().message().find("\"a\""), std::string::npos);
}

TEST(json, holds_its_limits) {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  EXPECT_EQ(parse(deep).error().code(), Code::resource_exhausted);
  EXPECT_TRUE(parse(std::string(64, '[') + std::string(64, ']')).ok());
  EXPECT_EQ(parse(std::string(1 << 20, '[')).error().code(), Code::resource_exhausted);
  EXPECT_EQ(parse("[1,2,3]", {.values = 3}).error().code(), Code::resource_exhausted);
  EXPECT_TRUE(parse("[1,2,3]", {.values = 4}).ok());
  EXPECT_EQ(parse("[1,2,3]", {.bytes = 6}).error().code(), Code::resource_exhausted);
}

}  // namespace
}  // namespace samara::json
