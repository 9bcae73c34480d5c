#include "testing/op_test.h"

namespace samara::testing::atan2_test {

OP_TEST(atan2, gives_angles) {
  OpCase c{.op = "ATAN2"};
  c.in(f32({4}, {1, -1, 0, 2})).in(f32({4}, {1, -1, -1, 0}));
  c.out(f32({4}, {0.78539816f, -2.35619449f, 3.14159265f, 1.57079633f}));
  run_everywhere(c);
  OpCase doubles{.op = "ATAN2"};
  doubles.in(f64({1}, {1})).in(f64({1}, {2})).out(f64({1}, {0.46364760900080609}));
  run_everywhere(doubles);
}

OP_TEST(atan2, takes_halves) {
  OpCase c{.op = "ATAN2"};
  c.in(f16({2}, {1, 0})).in(f16({2}, {1, -1})).out(f16({2}, {0.78539816f, 3.14159265f}));
  run_everywhere(c);
  OpCase b{.op = "ATAN2"};  // 1 and 1 give 0.78515625
  b.in(raw(Type::bf16, {1}, {0x80, 0x3f})).in(raw(Type::bf16, {1}, {0x80, 0x3f}));
  b.out(raw(Type::bf16, {1}, {0x49, 0x3f}));
  run_everywhere(b);
}

OP_TEST(atan2, broadcasts) {
  OpCase c{.op = "ATAN2"};
  c.in(f32({2, 1}, {0, 1})).in(f32({2}, {1, -1}));
  c.out(f32({2, 2}, {0, 3.14159265f, 0.78539816f, 2.35619449f}));
  run_everywhere(c);
}

OP_TEST(atan2, refuses_other_types_and_shapes) {
  OpCase types{.op = "ATAN2"};
  types.in(f32({1})).in(f64({1})).out(f32({1}));
  expect_error(types, Code::invalid_model, "float64");
  OpCase shapes{.op = "ATAN2"};
  shapes.in(f32({2})).in(f32({3})).out(f32({3}));
  expect_error(shapes, Code::invalid_model, "cannot be broadcast");
}

}  // namespace samara::testing::atan2_test
