#include "engine/ops/shared/raw_options_test.h"
#include "testing/op_test.h"

namespace samara::testing::max_pooling_with_argmax_2d_test {

OpCase with(int padding, int stride, int filter, int activation = 0) {
  return OpCase{
      .op = "MaxPoolingWithArgmax2D",
      .custom = true,
      .custom_options = raw_struct({padding, stride, stride, filter, filter, activation, 0, 0})};
}

OP_TEST(max_pooling_with_argmax_2d, tells_where_in_the_window) {
  OpCase c = with(2, 2, 2);
  c.in(f32({1, 2, 4, 2}, {1, 8, 2, 7, 9, 1, 3, 2, 4, 6, 3, 5, 9, 4, 2, 3}));
  c.out(f32({1, 1, 2, 2}, {4, 8, 9, 4})).out(f32({1, 1, 2, 2}, {2.1f, 0.1f, 0.1f, 2.1f}));
  run_everywhere(c);
}

OP_TEST(max_pooling_with_argmax_2d, counts_the_padding_in_the_window) {
  // 3 x 3 windows at stride 1: the first begins at -1, -1.
  OpCase c = with(1, 1, 3, 3);
  c.in(f32({1, 1, 2, 1}, {5, 7})).out(f32({1, 1, 2, 1}, {6, 6}));
  c.out(f32({1, 1, 2, 1}, {5.1f, 4.1f}));
  run_everywhere(c);
}

OP_TEST(max_pooling_with_argmax_2d, refuses_wrong_options) {
  for (const auto& [c, text] : std::vector<std::pair<OpCase, std::string>>{
           {with(0, 1, 1), "padding"}, {with(1, 0, 1), "strides"}, {with(1, 1, -2), "window"}}) {
    OpCase bad = c;
    bad.in(f32({1, 2, 2, 1})).out(f32({1, 2, 2, 1})).out(f32({1, 2, 2, 1}));
    expect_error(bad, Code::invalid_model, text);
  }
  OpCase bad = with(1, 1, 1);
  bad.in(f32({1, 2, 2, 1})).out(f32({1, 2, 2, 1})).out(i32({1, 2, 2, 1}));
  expect_error(bad, Code::unsupported, "int32");
  bad.outputs.pop_back();
  expect_error(bad, Code::invalid_model, "2 outputs");
  bad = with(1, 1, 1, 4);
  bad.in(f32({1, 2, 2, 1})).out(f32({1, 2, 2, 1})).out(f32({1, 2, 2, 1}));
  expect_error(bad, Code::unsupported, "activation");
  bad.custom_options.resize(20);
  expect_error(bad, Code::invalid_model, "20 bytes");
}

}  // namespace samara::testing::max_pooling_with_argmax_2d_test
