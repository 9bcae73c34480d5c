#include "cli/build_runtime/selection.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "testing/model_builder.h"

namespace samara::cli {
namespace {

using testing::f32;
using testing::ModelBuilder;

Result<Selection> selected(const ModelBuilder& m) {
  Selection out;
  const auto file = schema::ModelFile::from_bytes(m.bytes(), true);
  EXPECT_TRUE(file.ok());
  if (auto status = add_model(**file, out); !status.ok()) return std::move(status).error();
  return out;
}

TEST(Selection, has_the_operators_and_types_of_the_digits) {
  const auto both = select_for(
      {"examples/digits/models/digits_int8.tflite", "examples/digits/models/digits_f32.tflite"});
  ASSERT_TRUE(both.ok()) << both.error().text();
  EXPECT_EQ(both->operators, (std::set<std::string>{"CONV_2D", "DEPTHWISE_CONV_2D",
                                                    "FULLY_CONNECTED", "MEAN", "SOFTMAX"}));
  EXPECT_EQ(both->types, (std::set<Type>{Type::f32, Type::i32, Type::i8}));
  const auto bytes = select_for({"examples/digits/models/digits_int8.tflite"});
  EXPECT_FALSE(bytes->types.contains(Type::f32));
}

TEST(Selection, has_the_types_that_stand_in) {
  ModelBuilder m;
  const int x = m.input(testing::f16({2}, {1, 2})), y = m.tensor(testing::f16({2}, {1, 2}));
  m.op("ABS", {x}, {y}, fb::AbsOptionsT{});
  m.output(y);
  const auto s = selected(m);
  ASSERT_TRUE(s.ok());
  EXPECT_EQ(s->types, (std::set<Type>{Type::f32, Type::f16}));
}

TEST(Selection, names_what_is_not_built_in) {
  ModelBuilder m;
  const int x = m.input(f32({2})), y = m.tensor(f32({2})), z = m.tensor(f32({2}));
  m.custom("SomebodysOwn", {x}, {y});
  m.op("ABS", {y}, {z}, fb::AbsOptionsT{});
  m.output(z);
  const auto s = selected(m);
  ASSERT_TRUE(s.ok());
  EXPECT_EQ(s->operators, (std::set<std::string>{"ABS"}));
  EXPECT_EQ(s->foreign, (std::set<std::string>{"SomebodysOwn"}));
}

TEST(Selection, refuses_what_is_no_model) {
  const auto none = select_for({"examples/digits/README.md"});
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().text().find("model examples/digits/README.md"), std::string::npos);
}

TEST(Selection, is_what_cmake_is_told) {
  Selection s;
  s.operators = {"ABS", "TFLite_Detection_PostProcess"};
  s.types = {Type::f32, Type::i8};
  RuntimeBuild build;
  build.arguments = {"-DX=1"};
  const auto words = configure_arguments(s, build, "here");
  const auto has = [&](const char* word) { return std::ranges::count(words, word) == 1; };
  EXPECT_TRUE(has("-DSAMARA_ONLY_OPS=ABS;TFLite_Detection_PostProcess"));
  EXPECT_TRUE(has("-DSAMARA_ONLY_TYPES=0;9"));
  EXPECT_TRUE(has("-DX=1"));
  build.source = "/";
  const auto nowhere = build_runtime(s, build);
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().code(), Code::not_found);
  EXPECT_FALSE(build_runtime({}, {}).ok());
}

}  // namespace
}  // namespace samara::cli
