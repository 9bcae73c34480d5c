#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::numeric_verify_test {

OpCase against(Literal values, Literal reference, float tolerance = 5, bool strict = false) {
  OpCase c{.op = "NumericVerify", .custom = true};
  c.custom_options = flex([=](auto& b) {
    b.Float("tolerance", tolerance);
    b.Bool("log_if_failed", strict);
  });
  return std::move(c.constant(std::move(values)).in(std::move(reference)));
}

OP_TEST(numeric_verify, gives_the_difference) {
  const auto near = f32({3}, {1, -0.5f, 2});
  const auto differs = f32({3}, {0, 0.5f, -0.25f});
  run_everywhere(
      against(i8({3}, {3, 1, 6 + 1 - 1}).q(0.5f, 1), near).out(f32({3}, {0, 0.5f, 0.5f})));
  run_everywhere(against(u8({3}, {129, 127, 131}).q(1, 128), near).out(f32({3}, {0, -0.5f, 1})));
  run_everywhere(against(i16({3}, {4, 0, 7}).q(0.25f), near).out(differs));
  run_everywhere(against(f16({3}, {1, 0, 1.75f}), near).out(differs));
}

OP_TEST(numeric_verify, ends_the_run_where_it_is_asked_to) {
  const auto far = f32({2}, {0, 3});
  run_everywhere(against(i8({2}, {0, 0}).q(1), far, 3, true).out(f32({2}, {0, -3})));
  OpCase c = against(i8({2}, {0, 0}).q(1).as(Role::run_time), far, 2.5f, true).out(f32({2}));
  c.inputs[0].role = Role::run_time;
  expect_error(c, Code::failed_precondition, "element 1");
}

OP_TEST(numeric_verify, refuses_what_does_not_fit) {
  expect_error(against(i8({2}).q(1), f32({3})).out(f32({2})), Code::invalid_model,
               "compares shape");
  expect_error(against(i8({2}), f32({2})).out(f32({2})), Code::invalid_model, "scale");
  expect_error(against(i32({2}).q(1), f32({2})).out(f32({2})), Code::unsupported, "int32");
}

}  // namespace samara::testing::numeric_verify_test
