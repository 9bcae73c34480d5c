#include "testing/op_test.h"

namespace samara::testing::rank_test {

OP_TEST(rank, counts_dimensions) {
  for (const Literal::Dims& dims : {Literal::Dims{}, {3}, {2, 1, 2, 1}}) {
    OpCase c{.op = "RANK"};
    c.in(f32(dims)).out(i32({}, {int32_t(dims.size())}));
    run_everywhere(c);
  }
}

OP_TEST(rank, refuses_two_inputs) {
  OpCase c{.op = "RANK"};
  c.in(f32({1})).in(f32({1})).out(i32({}));
  expect_error(c, Code::invalid_model, "takes 1 input");
}

}  // namespace samara::testing::rank_test
