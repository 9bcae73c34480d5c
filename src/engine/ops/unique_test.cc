#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::unique_test {

OP_TEST(unique, lists_values_by_first_appearance) {
  OpCase c{.op = "UNIQUE"};
  c.in(i32({6}, {5, 2, 5, 9, 2, 0})).out(i32({4}, {5, 2, 9, 0}));
  c.out(i32({6}, {0, 1, 0, 2, 1, 3}));
  run_everywhere(c);
  OpCase floats{.op = "UNIQUE"};
  floats.in(f32({5}, {1, NAN, 0.0f, -0.0f, NAN})).out(f32({4}, {1, NAN, 0, NAN}));
  floats.out(i64({5}, {0, 1, 2, 2, 3}));
  run_everywhere(floats);
  floats.inputs[0] = f16({5}, {1, NAN, 0.0f, -0.0f, NAN});
  floats.outputs[0] = f16({4}, {1, NAN, 0, NAN});
  run_everywhere(floats);
  OpCase halves{.op = "UNIQUE"};  // 1, -0, 2, 0, 1
  halves.in(raw(Type::bf16, {5}, {0x80, 0x3f, 0, 0x80, 0, 0x40, 0, 0, 0x80, 0x3f}));
  halves.out(raw(Type::bf16, {3}, {0x80, 0x3f, 0, 0x80, 0, 0x40})).out(i32({5}, {0, 1, 2, 1, 0}));
  run_everywhere(halves);
  OpCase empty{.op = "UNIQUE"};
  empty.in(i8({0})).out(i8({0})).out(i32({0}));
  run_everywhere(empty);
}

/// More than is sorted in one go.
OP_TEST(unique, takes_many) {
  constexpr int32_t kCount = 50'000, kValues = 777;
  std::vector<int32_t> in(kCount), numbers(kCount), values;
  for (int32_t i = 0; i < kCount; ++i) {
    in[size_t(i)] = i % kValues * 7919 % 1009;
    numbers[size_t(i)] = i % kValues;
  }
  values.assign(in.begin(), in.begin() + kValues);
  OpCase c{.op = "UNIQUE"};
  c.in(i32({kCount}, in)).out(i32({kValues}, values)).out(i32({kCount}, numbers));
  run_everywhere(c);
}

OP_TEST(unique, refuses_matrices) {
  OpCase c{.op = "UNIQUE"};
  c.in(i32({1, 1})).out(i32({1})).out(i32({1}));
  expect_error(c, Code::invalid_model, "must have rank 1");
}

}  // namespace samara::testing::unique_test
