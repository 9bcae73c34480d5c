#include <flatbuffers/flexbuffers.h>

#include "testing/op_test.h"

namespace samara::testing::max_pool_with_argmax_test {

struct ArgmaxSettings {
  const char* padding = "VALID";
  std::vector<int> filter = {1, 2, 2, 1}, stride = {1, 2, 2, 1};
  bool batch = false;
};

OpCase with(const ArgmaxSettings& s) {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.Bool("include_batch_in_index", s.batch);
    builder.String("padding", s.padding);
    builder.TypedVector("ksize", [&] {
      for (const int i : s.filter) builder.Int(i);
    });
    builder.Vector("strides", [&] {
      for (const int i : s.stride) builder.Int(i);
    });
  });
  builder.Finish();
  return OpCase{.op = "MaxPoolWithArgmax", .custom = true, .custom_options = builder.GetBuffer()};
}

OP_TEST(max_pool_with_argmax, tells_where_in_the_image) {
  OpCase c = with({});
  c.in(f32({2, 2, 4, 1}, {1, 2, 9, 3, 4, 3, 9, 2, 5, 5, 5, 5, 5, 5, 5, 6}));
  c.out(f32({2, 1, 2, 1}, {4, 9, 5, 6})).out(i32({2, 1, 2, 1}, {4, 2, 0, 7}));
  run_everywhere(c);
}

OP_TEST(max_pool_with_argmax, counts_channels_and_pads) {
  OpCase c = with({.padding = "SAME", .filter = {1, 3, 3, 1}, .stride = {1, 1, 1, 1}});
  c.in(f32({1, 1, 2, 2}, {5, 7, 6, 1})).out(f32({1, 1, 2, 2}, {6, 7, 6, 7}));
  c.out(i32({1, 1, 2, 2}, {2, 1, 2, 1}));
  run_everywhere(c);
}

OP_TEST(max_pool_with_argmax, refuses_wrong_options) {
  const auto refused = [](const ArgmaxSettings& s, const char* text,
                          Code code = Code::invalid_model) {
    OpCase c = with(s);
    c.in(f32({1, 2, 2, 1})).out(f32({1, 1, 1, 1})).out(i32({1, 1, 1, 1}));
    expect_error(c, code, text);
  };
  refused({.padding = "REFLECT"}, "REFLECT");
  refused({.batch = true}, "include_batch_in_index", Code::unsupported);
  refused({.filter = {1, 2, 2}}, "ksize");
  refused({.filter = {2, 2, 2, 1}}, "ksize");
  refused({.stride = {1, 0, 2, 1}}, "strides");
  refused({.stride = {}}, "strides");
  OpCase c = with({});
  c.custom_options = {1, 2, 3, 4};
  c.in(f32({1, 2, 2, 1})).out(f32({1, 1, 1, 1})).out(i32({1, 1, 1, 1}));
  expect_error(c, Code::invalid_model, "FlexBuffers");
}

}  // namespace samara::testing::max_pool_with_argmax_test
