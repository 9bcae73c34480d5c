#include <gtest/gtest.h>

#include "engine/graph/op.h"

namespace samara::graph {
namespace {

TEST(op_view, gives_the_defaults_where_the_file_has_no_options) {
  const OpView v(nullptr, 0, false, {}, 1, 1, 1);
  EXPECT_EQ(v.options<fb::SoftmaxOptions>().beta(), 0.0f);
  EXPECT_EQ(v.options<fb::Conv2DOptions>().dilation_w_factor(), 1);
  EXPECT_EQ(v.options<fb::ReshapeOptions>().new_shape(), nullptr);
  EXPECT_FALSE(v.mismatched());
}

TEST(op_view, gives_the_file_s_options) {
  flatbuffers::FlatBufferBuilder b;
  b.Finish(fb::CreateSoftmaxOptions(b, 2.0f));
  const auto* table = flatbuffers::GetRoot<fb::SoftmaxOptions>(b.GetBufferPointer());
  const OpView v(table, fb::BuiltinOptions_SoftmaxOptions, false, {}, 1, 1, 1);
  EXPECT_EQ(v.options<fb::SoftmaxOptions>().beta(), 2.0f);
  EXPECT_FALSE(v.mismatched());
}

TEST(op_view, remembers_options_of_another_operator) {
  flatbuffers::FlatBufferBuilder b;
  b.Finish(fb::CreateSoftmaxOptions(b, 2.0f));
  const auto* table = flatbuffers::GetRoot<fb::SoftmaxOptions>(b.GetBufferPointer());
  const OpView v(table, fb::BuiltinOptions_SoftmaxOptions, false, {}, 1, 1, 1);
  EXPECT_EQ(v.options<fb::Conv2DOptions>().stride_w(), 0);
  EXPECT_TRUE(v.mismatched());
}

}  // namespace
}  // namespace samara::graph
