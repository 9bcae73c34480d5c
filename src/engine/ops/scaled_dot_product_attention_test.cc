#include <cmath>

#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::scaled_dot_product_attention_test {

OpCase attend(Literal query, Literal key, Literal value, Literal mask, float scale = 0) {
  OpCase c{.op = "odml.scaled_dot_product_attention", .custom = true};
  c.custom_options = flex([=](auto& b) { b.Float("scale", scale); });
  return std::move(
      c.in(std::move(query)).in(std::move(key)).in(std::move(value)).in(std::move(mask)));
}

OP_TEST(scaled_dot_product_attention, weighs_values_by_keys) {
  // One query of width 4 beside two keys: scores 2 / 2 and 0 by default.
  const auto q = f32({1, 1, 1, 4}, {1, 1, 0, 0}), none = f32({1, 1, 1, 1}, {0});
  const auto k = f32({1, 2, 1, 4}, {1, 1, 5, 5, 0, 0, 7, 7}), v = f32({1, 2, 1, 1}, {0, 1});
  run_everywhere(attend(q, k, v, none).out(f32({1, 1, 1, 1}, {1 / (1 + std::exp(1.0f))})));
  run_everywhere(attend(q, k, v, none, 1).out(f32({1, 1, 1, 1}, {1 / (1 + std::exp(2.0f))})));
  const auto first = f32({1, 1, 1, 2}, {0, -INFINITY});
  run_everywhere(attend(q, k, v, first).out(f32({1, 1, 1, 1}, {0})));
}

OP_TEST(scaled_dot_product_attention, shares_keys_among_heads) {
  // The mask lets each query see one key alone; heads 0, 1 have the first kv head, 2, 3 the second.
  const auto q = f32({1, 2, 4, 1}), k = f32({1, 2, 2, 1});
  const auto v = f32({1, 2, 2, 1}, {1, 2, 3, 4});
  const auto mask = f32({1, 1, 2, 2}, {0, -INFINITY, -INFINITY, 0});
  run_everywhere(attend(q, k, v, mask).out(f32({1, 2, 4, 1}, {1, 1, 2, 2, 3, 3, 4, 4})));
}

OP_TEST(scaled_dot_product_attention, refuses_what_does_not_fit) {
  const auto refuses = [](Literal q, Literal k, Literal v, Literal mask, const char* text) {
    expect_error(attend(q, k, v, mask).out(f32(q.shape)), Code::invalid_model, text);
  };
  const auto q = f32({1, 1, 2, 4}), k = f32({1, 3, 1, 4}), mask = f32({1, 1, 1, 1});
  refuses(q, f32({1, 3, 1, 5}), k, mask, "do not fit");
  refuses(q, f32({1, 3, 3, 4}), f32({1, 3, 3, 4}), mask, "do not fit");
  refuses(q, f32({1, 3, 0, 4}), f32({1, 3, 0, 4}), mask, "do not fit");
  refuses(q, k, f32({1, 2, 1, 4}), mask, "do not fit");
  refuses(q, k, k, f32({1, 1, 2, 1}), "mask");
  refuses(q, k, k, f32({1, 1, 1}), "rank");
}

}  // namespace samara::testing::scaled_dot_product_attention_test
