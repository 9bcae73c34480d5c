#include "testing/op_test.h"

namespace samara::testing::update_external_kv_cache_test {

OpCase update(std::vector<int32_t> positions) {
  OpCase c{.op = "odml.update_external_kv_cache", .custom = true};
  const auto n = int32_t(positions.size());
  std::vector<float> fresh;
  for (int32_t i = 0; i < n; ++i) fresh.push_back(float(10 + i));
  c.in(f32({1, 3, 1, 1}, {1, 2, 3})).in(f32({1, 3, 1, 1}, {4, 5, 6}));
  c.constant(i32({n}, positions)).in(f32({1, n, 1, 1}, fresh));
  return std::move(c.in(f32({1, n, 1, 1}, fresh)));
}

OpCase gives(OpCase c, std::vector<float> keys, std::vector<float> values) {
  return c.out(f32({1, 3, 1, 1}, std::move(keys))).out(f32({1, 3, 1, 1}, std::move(values)));
}

OP_TEST(update_external_kv_cache, writes_at_positions) {
  run_everywhere(gives(update({0, 2}), {10, 2, 11}, {10, 5, 11}));
  run_everywhere(gives(update({2, 0}), {1, 2, 10}, {4, 5, 10}));  // a lower one ends the list
}

OP_TEST(update_external_kv_cache, refuses_what_does_not_fit) {
  expect_error(gives(update({3}), {}, {}), Code::invalid_model, "position 3 of a cache of 3");
  expect_error(gives(update({-1}), {}, {}), Code::invalid_model, "position -1");
  OpCase c = gives(update({0}), {}, {});
  c.inputs[3] = f32({1, 1, 2, 1});
  expect_error(c, Code::invalid_model, "do not fit");
}

}  // namespace samara::testing::update_external_kv_cache_test
