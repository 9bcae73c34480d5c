#include "testing/op_test.h"

namespace samara::testing::shape_test {

OpCase shape(fb::TensorType type) {
  return {.op = "SHAPE",
          .options = options<fb::ShapeOptionsT>([&](auto& o) { o.out_type = type; })};
}

OP_TEST(shape, gives_the_dimensions) {
  OpCase c = shape(fb::TensorType_INT32);
  c.in(f32({2, 0, 3})).out(i32({3}, {2, 0, 3}));
  run_everywhere(c);
  OpCase longs = shape(fb::TensorType_INT64);
  longs.in(strings({1}, {"a"})).out(i64({1}, {1}));
  run_everywhere(longs);
  OpCase scalar = shape(fb::TensorType_INT32);
  scalar.in(i8({}, {1})).out(i32({0}));
  run_everywhere(scalar);
}

OP_TEST(shape, refuses_other_output_types) {
  OpCase c = shape(fb::TensorType_INT8);
  c.in(f32({1})).out(i8({1}));
  expect_error(c, Code::unsupported, "int8");
}

}  // namespace samara::testing::shape_test
