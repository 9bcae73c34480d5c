#include "testing/op_test.h"

namespace samara::testing::lsh_projection_test {

Options projection(fb::LSHProjectionType type) {
  return options<fb::LSHProjectionOptionsT>([=](auto& o) { o.type = type; });
}

OpCase project(fb::LSHProjectionType type, bool weighted, std::vector<int32_t> out) {
  OpCase c{.op = "LSH_PROJECTION", .options = projection(type)};
  c.constant(f32({3, 2}, {0.123f, 0.456f, -0.321f, 1.234f, 5.678f, -4.321f}));
  c.in(i32({3, 2}, {12345, 54321, 67890, 9876, -12345678, -87654321}));
  if (weighted) c.in(f32({3}, {0.12f, 0.34f, 0.56f}));
  const auto size = int32_t(out.size());
  c.out(i32({size}, std::move(out)));
  return c;
}

// Expected: LiteRT 2.3.0 (and, with weights, its own lsh_projection_test.cc).
OP_TEST(lsh_projection, gives_bits_or_numbers) {
  run_everywhere(project(fb::LSHProjectionType_SPARSE, false, {1, 7, 8}));
  run_everywhere(project(fb::LSHProjectionType_SPARSE, true, {3, 7, 11}));
  run_everywhere(project(fb::LSHProjectionType_DENSE, false, {0, 1, 1, 1, 0, 0}));
  run_everywhere(project(fb::LSHProjectionType_DENSE, true, {1, 1, 1, 1, 1, 1}));
}

OP_TEST(lsh_projection, refuses_operands_that_do_not_fit) {
  OpCase unknown = project(fb::LSHProjectionType_UNKNOWN, false, {0});
  expect_error(unknown, Code::invalid_model, "has no projection 0");
  OpCase bits{.op = "LSH_PROJECTION", .options = projection(fb::LSHProjectionType_DENSE)};
  bits.constant(f32({1, 33})).in(i32({1})).out(i32({33}));
  expect_error(bits, Code::invalid_model, "a hash has 33 bits, at most 32 fit");
  OpCase rows{.op = "LSH_PROJECTION", .options = projection(fb::LSHProjectionType_DENSE)};
  rows.constant(f32({1, 1})).in(i32({0})).out(i32({1}));
  expect_error(rows, Code::invalid_model, "the input [0] has no rows");
  OpCase weights{.op = "LSH_PROJECTION", .options = projection(fb::LSHProjectionType_DENSE)};
  weights.constant(f32({1, 1})).in(i32({2})).in(f32({3})).out(i32({1}));
  expect_error(weights, Code::invalid_model, "has 3 weights for 2 rows");
}

}  // namespace samara::testing::lsh_projection_test
