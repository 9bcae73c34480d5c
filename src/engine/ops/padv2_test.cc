#include "testing/op_test.h"

namespace samara::testing::padv2_test {

OP_TEST(padv2, puts_the_value_around) {
  OpCase c{.op = "PADV2"};
  c.in(f32({1, 2}, {1, 2})).constant(i32({2, 2}, {1, 0, 0, 1})).constant(f32({}, {7}));
  c.out(f32({2, 3}, {7, 7, 7, 1, 2, 7}));
  run_everywhere(c);
  OpCase shorts{.op = "PADV2"};
  shorts.in(i16({1}, {1})).constant(i32({1, 2}, {11, 1})).constant(i16({1}, {-259}));
  shorts.out(
      i16({13}, {-259, -259, -259, -259, -259, -259, -259, -259, -259, -259, -259, 1, -259}));
  run_everywhere(shorts);
}

OP_TEST(padv2, refuses_values_of_another_type_or_shape) {
  OpCase type{.op = "PADV2"};
  type.in(f32({1})).constant(i32({1, 2})).constant(i32({}, {7})).out(f32({1}));
  expect_error(type, Code::invalid_model, "same type");
  OpCase shape{.op = "PADV2"};
  shape.in(f32({1})).constant(i32({1, 2})).constant(f32({2}, {7, 7})).out(f32({1}));
  expect_error(shape, Code::invalid_model, "instead of one element");
}

}  // namespace samara::testing::padv2_test
