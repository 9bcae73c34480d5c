#include <algorithm>
#include <cmath>
#include <numeric>

#include "testing/op_test.h"

namespace samara::testing::topk_v2_test {

OP_TEST(topk_v2, gives_values_and_places) {
  OpCase c{.op = "TOPK_V2"};
  c.in(f32({2, 4}, {1, 4, 2, 3, 8, 5, 7, 6})).constant(i32({}, {2}));
  c.out(f32({2, 2}, {4, 3, 8, 7})).out(i32({2, 2}, {1, 3, 0, 2}));
  run_everywhere(c);
}

OP_TEST(topk_v2, equal_values_by_place_and_nan_last) {
  OpCase c{.op = "TOPK_V2"};
  c.in(f32({5}, {NAN, 1, -INFINITY, 1, NAN})).constant(i16({1}, {5}));
  c.out(f32({5}, {1, 1, -INFINITY, NAN, NAN})).out(i16({5}, {1, 3, 2, 0, 4}));
  run_everywhere(c);
}

OP_TEST(topk_v2, takes_integers_and_k_of_0) {
  OpCase bytes{.op = "TOPK_V2"};
  bytes.in(i8({3}, {-1, 5, 5})).constant(i32({}, {1})).out(i8({1}, {5})).out(i32({1}, {1}));
  run_everywhere(bytes);
  OpCase none{.op = "TOPK_V2"};
  none.in(i64({2}, {1, 2})).constant(i32({}, {0})).out(i64({0})).out(i32({0}));
  run_everywhere(none);
}

/// More than is sorted in one go.
OP_TEST(topk_v2, chooses_few_or_many_of_many) {
  constexpr int32_t kRow = 40'000;
  std::vector<int32_t> in(2 * kRow), order(kRow);
  for (int32_t i = 0; i < 2 * kRow; ++i) in[size_t(i)] = int32_t(int64_t{i} * 7919 % 30'011);
  for (const int32_t k : {5, 20'000, kRow}) {
    std::vector<int32_t> values, places;
    for (int32_t r = 0; r < 2; ++r) {
      const int32_t* const row = in.data() + r * kRow;
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [=](int a, int b) { return row[a] > row[b]; });
      places.insert(places.end(), order.begin(), order.begin() + k);
      for (int32_t i = 0; i < k; ++i) values.push_back(row[order[size_t(i)]]);
    }
    OpCase c{.op = "TOPK_V2"};
    c.in(i32({2, kRow}, in)).constant(i32({}, {k}));
    c.out(i32({2, k}, values)).out(i32({2, k}, places));
    run_everywhere(c);
  }
}

OP_TEST(topk_v2, refuses_more_than_there_are_and_scalars) {
  OpCase many{.op = "TOPK_V2"};
  many.in(f32({2})).constant(i32({}, {3})).out(f32({1})).out(i32({1}));
  expect_error(many, Code::invalid_model, "asks for 3 of 2 values");
  OpCase scalar{.op = "TOPK_V2"};
  scalar.in(f32({})).constant(i32({}, {0})).out(f32({})).out(i32({}));
  expect_error(scalar, Code::invalid_model, "the input is a scalar");
}

}  // namespace samara::testing::topk_v2_test
