#include "testing/op_test.h"

namespace samara::testing::kmeans_embedding_lookup_test {

OpCase lookup(std::vector<int32_t> tokens, std::vector<float> out) {
  OpCase c{.op = "KmeansEmbeddingLookup", .custom = true};
  const auto count = int32_t(tokens.size());
  c.constant(i32({1, count}, std::move(tokens)));
  c.constant(u8({3, 2}, {0, 0, 1, 0, 2, 1})).in(f32({3, 2}, {1, 2, 3, 4, 5, 6}));
  c.out(f32({1, 4}, std::move(out)));
  return c;
}

OP_TEST(kmeans_embedding_lookup, averages_tokens_up_to_the_first_0) {
  run_everywhere(lookup({1, 2, 0, 1}, {4, 5, 2, 3}));
  run_everywhere(lookup({1}, {3, 4, 1, 2}));
  run_everywhere(lookup({0, 1}, {0, 0, 0, 0}));
}

OP_TEST(kmeans_embedding_lookup, refuses_tokens_and_blocks_out_of_range) {
  expect_error(lookup({3}, {0, 0, 0, 0}), Code::invalid_model, "token 3 is out of range, [0, 3)");
  expect_error(lookup({-1}, {0, 0, 0, 0}), Code::invalid_model, "token -1 is out of range");
  OpCase block = lookup({2}, {0, 0, 0, 0});
  block.inputs[2] = f32({2, 2});
  expect_error(block, Code::invalid_model, "block 2 of token 2 is out of range, [0, 2)");
  OpCase batch{.op = "KmeansEmbeddingLookup", .custom = true};
  batch.in(i32({2, 1})).in(u8({1, 1})).in(f32({1, 1})).out(f32({1, 1}));
  expect_error(batch, Code::unsupported, "takes a batch of 1, not 2");
}

}  // namespace samara::testing::kmeans_embedding_lookup_test
