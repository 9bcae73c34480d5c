#include "engine/graph/flexbuffers/flexbuffer_options.h"

#include <gtest/gtest.h>

#include "engine/graph/flexbuffers/options_test.h"

namespace samara::graph {
namespace {

Result<FlexOptions> read(const std::vector<uint8_t>& bytes) {
  return FlexOptions::read(OpView(nullptr, 0, false, std::as_bytes(std::span(bytes)), 1, 1, 1));
}

TEST(FlexOptions, reads_what_was_written) {
  const auto options = read(testing::flex([](auto& b) {
    b.Int("stride", 2);
    b.String("padding", "SAME");
  }));
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(*options->integer("stride", 1, 1, 9), 2);
  EXPECT_EQ(*options->integer("missing", 7, 1, 9), 7);
  EXPECT_EQ(options->text("padding"), "SAME");
  EXPECT_FALSE(options->integer("stride", 1, 3, 9).ok());
}

TEST(FlexOptions, refuses_what_is_no_map) {
  EXPECT_FALSE(read({}).ok());
  EXPECT_FALSE(read({1, 2, 3, 4}).ok());
  flexbuffers::Builder builder;
  builder.Int(5);
  builder.Finish();
  EXPECT_FALSE(read(builder.GetBuffer()).ok());
}

// {"a": key}, and from that key to the end of the bytes no zero.
TEST(FlexOptions, a_key_that_nothing_ends_ends_with_the_bytes) {
  const std::vector<uint8_t> bytes = {'a', 0, 1, 3, 1, 1, 1, 1, 16, 2, 36, 1};
  const auto options = read(bytes);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->text("a"), std::string(bytes.begin() + 6, bytes.end()));
}

}  // namespace
}  // namespace samara::graph
