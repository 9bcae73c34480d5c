#include "testing/op_test.h"

namespace samara::testing::fused_batch_norm_v3_test {

OpCase normalizes(const Literal& x, const Literal& scale) {
  OpCase c{.op = "FusedBatchNormV3", .custom = true};
  c.in(x).in(scale).in(f32({2}, {1, -1})).in(f32({2}, {5, 6})).in(f32({2}, {7, 8}));
  return c;
}

// Expected: the definition in double precision, by NumPy; epsilon and factor are 0.001.
OP_TEST(fused_batch_norm_v3, normalizes_by_the_batch) {
  OpCase c = normalizes(f32({1, 2, 2, 2}, {1, 4, 2, 4, 3, 8, 6, 0}), f32({2}, {1, 2}));
  c.out(f32({1, 2, 2, 2}, {-0.06889228f, -1, 0.4655539f, -1, 1, 1.828250f, 2.603338f, -3.828250f}));
  c.out(f32({2}, {4.998f, 5.998f})).out(f32({2}, {6.997667f, 8.002667f}));
  c.out(f32({2}, {3, 4})).out(f32({2}, {3.5f, 8})).out(f32({1}, {0}));
  run_everywhere(c);
}

OP_TEST(fused_batch_norm_v3, refuses_what_does_not_fit) {
  const auto outputs = [](OpCase c, const Literal& x) {
    c.out(x);
    for (int i = 0; i < 4; ++i) c.out(f32({2}));
    c.out(f32({1}));
    return c;
  };
  const Literal x = f32({1, 2, 2, 2});
  expect_error(outputs(normalizes(x, f32({3})), x), Code::invalid_model,
               "input 1 has shape [3], not one value for each of 2 channels");
  expect_error(outputs(normalizes(f32({2, 2}), f32({2})), x), Code::invalid_model, "rank 4");
  expect_error(outputs(normalizes(f32({0, 2, 2, 2}), f32({2})), f32({0, 2, 2, 2})),
               Code::invalid_model, "the batch is empty");
  expect_error(normalizes(x, f32({2})), Code::invalid_model, "output");
}

}  // namespace samara::testing::fused_batch_norm_v3_test
