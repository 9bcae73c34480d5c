#include "testing/op_test.h"

namespace samara::testing::bucketize_test {

Options boundaries(std::vector<float> list) {
  return options<fb::BucketizeOptionsT>([&](auto& o) { o.boundaries = list; });
}

OP_TEST(bucketize, counts_boundaries_not_above) {
  OpCase c{.op = "BUCKETIZE", .options = boundaries({0, 10, 100})};
  c.in(f32({3, 2}, {-5, 10000, 150, 10, 5, 100})).out(i32({3, 2}, {0, 3, 3, 2, 1, 3}));
  run_everywhere(c);
  OpCase doubles{.op = "BUCKETIZE", .options = boundaries({0.1f, 0.2f})};
  doubles.in(f64({2}, {0.1, 0.15})).out(i32({2}, {0, 1}));  // 0.1f is above 0.1
  run_everywhere(doubles);
}

OP_TEST(bucketize, takes_integers_and_no_boundaries) {
  OpCase c{.op = "BUCKETIZE", .options = boundaries({-2.5f, 3})};
  c.in(i32({3}, {-3, 3, 2})).out(i32({3}, {0, 2, 1}));
  run_everywhere(c);
  OpCase wide{.op = "BUCKETIZE", .options = boundaries({1e18f})};
  wide.in(i64({2}, {INT64_MAX, 7})).out(i32({2}, {1, 0}));
  run_everywhere(wide);
  OpCase none{.op = "BUCKETIZE", .options = boundaries({})};
  none.in(f32({1}, {3})).out(i32({1}, {0}));
  run_everywhere(none);
}

OP_TEST(bucketize, refuses_unsorted_boundaries_and_other_types) {
  OpCase c{.op = "BUCKETIZE", .options = boundaries({1, 0})};
  c.in(f32({1})).out(i32({1}));
  expect_error(c, Code::invalid_model, "the boundaries are not sorted");
  OpCase type{.op = "BUCKETIZE", .options = boundaries({1})};
  type.in(i8({1})).out(i32({1}));
  expect_error(type, Code::unsupported, "int8");
}

}  // namespace samara::testing::bucketize_test
