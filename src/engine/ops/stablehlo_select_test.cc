#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_select_test {

OP_TEST(stablehlo_select, chooses_among_values_of_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "STABLEHLO_SELECT"};
    c.in(boolean({3}, {1, 0, 1})).in(of(type, {3}, {1, 2, 0})).in(of(type, {3}, {0, 5, 6}));
    c.out(of(type, {3}, {1, 5, 0}));
    run_everywhere(c);
    OpCase all{.op = "STABLEHLO_SELECT"};
    all.in(boolean({}, {0})).in(of(type, {2}, {1, 2})).in(of(type, {2}, {4, 5}));
    all.out(of(type, {2}, {4, 5}));
    run_everywhere(all);
  }
}
OP_TEST(stablehlo_select, refuses_what_does_not_fit) {
  OpCase row{.op = "STABLEHLO_SELECT"};
  row.in(boolean({2})).in(f32({2, 3})).in(f32({2, 3})).out(f32({2, 3}));
  expect_error(row, Code::invalid_model, "a condition of shape [2] does not choose");
  OpCase values{.op = "STABLEHLO_SELECT"};
  values.in(boolean({})).in(f32({2})).in(f32({1})).out(f32({2}));
  expect_error(values, Code::invalid_model, "between [2] and [1]");
  OpCase condition{.op = "STABLEHLO_SELECT"};
  condition.in(i32({})).in(f32({2})).in(f32({2})).out(f32({2}));
  expect_error(condition, Code::unsupported, "it may be bool");
}

}  // namespace samara::testing::stablehlo_select_test
