#include "testing/op_test.h"

namespace samara::testing::embedding_lookup_sparse_test {

Options combiner(fb::CombinerType type) {
  return options<fb::EmbeddingLookupSparseOptionsT>([=](auto& o) { o.combiner = type; });
}

/// Rows 1 and 3 at place 0, row 0 at place 2, of a table whose row r holds r + 1 and 10 (r + 1).
OpCase lookup(fb::CombinerType type, std::vector<float> out) {
  OpCase c{.op = "EMBEDDING_LOOKUP_SPARSE", .options = combiner(type)};
  c.constant(i32({3}, {1, 3, 0})).constant(i32({3, 2}, {0, 0, 0, 1, 2, 0}));
  c.constant(i32({2}, {3, 2})).in(f32({3}, {1, 2, 4}));
  c.in(f32({4, 2}, {1, 10, 2, 20, 3, 30, 4, 40})).out(f32({3, 2}, std::move(out)));
  return c;
}

OP_TEST(embedding_lookup_sparse, combines_rows) {
  run_everywhere(lookup(fb::CombinerType_SUM, {10, 100, 0, 0, 4, 40}));
  run_everywhere(lookup(fb::CombinerType_MEAN, {10 / 3.0f, 100 / 3.0f, 0, 0, 1, 10}));
  run_everywhere(lookup(fb::CombinerType_SQRTN, {4.472136f, 44.72136f, 0, 0, 1, 10}));
}

OP_TEST(embedding_lookup_sparse, takes_deep_places_and_rows) {
  OpCase c{.op = "EMBEDDING_LOOKUP_SPARSE", .options = combiner(fb::CombinerType_SUM)};
  c.constant(i32({2}, {1, 1})).constant(i32({2, 3}, {0, 1, 0, 1, 0, 9}));
  c.constant(i32({3}, {2, 2, 1})).in(f32({2}, {1, -1})).in(f32({2, 1, 2}, {0, 0, 5, 6}));
  c.out(f32({2, 2, 1, 2}, {0, 0, 5, 6, -5, -6, 0, 0}));
  run_everywhere(c);
}

OP_TEST(embedding_lookup_sparse, takes_no_entries) {
  OpCase c{.op = "EMBEDDING_LOOKUP_SPARSE", .options = combiner(fb::CombinerType_MEAN)};
  c.constant(i32({0})).constant(i32({0, 2})).constant(i32({2}, {1, 1})).in(f32({0}));
  c.in(f32({1, 2}, {1, 2})).out(f32({1, 2}, {0, 0}));
  run_everywhere(c);
}

OP_TEST(embedding_lookup_sparse, refuses_ids_and_places_out_of_range) {
  OpCase id = lookup(fb::CombinerType_SUM, {0, 0, 0, 0, 0, 0});
  id.inputs[0] = i32({3}, {1, 4, 0}).as(Role::either);
  expect_error(id, Code::invalid_model, "index 4 at position 1 is out of range, [0, 4)");
  OpCase place = lookup(fb::CombinerType_SUM, {0, 0, 0, 0, 0, 0});
  place.inputs[1] = i32({3, 2}, {0, 0, 3, 1, 2, 0}).as(Role::either);
  expect_error(place, Code::invalid_model, "index 3 at position 2 is out of range, [0, 3)");
}

OP_TEST(embedding_lookup_sparse, refuses_operands_that_do_not_fit) {
  const auto with = [](int input, const Literal& l, const char* text) {
    OpCase c = lookup(fb::CombinerType_SUM, {0, 0, 0, 0, 0, 0});
    c.inputs[size_t(input)] = l.as(Role::either);
    expect_error(c, Code::invalid_model, text);
  };
  with(0, i32({2}), "has 2 ids, 3 indices and 3 weights");
  with(3, f32({4}), "and 4 weights");
  with(2, i32({3}), "indices [3, 2] do not address rank 3");
  with(4, f32({4}), "it must have rank 2 or more");
  with(2, i32({2}, {-1, 2}), "a dimension cannot be -1");
  OpCase unknown = lookup(fb::CombinerType(7), {0, 0, 0, 0, 0, 0});
  expect_error(unknown, Code::invalid_model, "has no combiner 7");
}

}  // namespace samara::testing::embedding_lookup_sparse_test
