#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing {
namespace {

OpCase dense(const std::vector<std::string>& partitions, const Literal& shape,
             const Literal& values, const Literal& otherwise, const std::vector<Literal>& tensors,
             const Literal& out) {
  OpCase c{
      .op = "RaggedTensorToTensor", .custom = true, .custom_options = flex([&](auto& b) {
                                                      b.TypedVector("row_partition_types", [&] {
                                                        for (const std::string& p : partitions)
                                                          b.String(p);
                                                      });
                                                    })};
  c.in(shape).in(values).in(otherwise);
  for (const Literal& t : tensors) c.in(t);
  c.out(out);
  return c;
}
const std::vector<std::string> kSplits = {"ROW_SPLITS"};
const Literal kAll = i32({2}, {-1, -1});
const Literal kNine = f32({9}, {.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f});

OP_TEST(ragged_tensor_to_tensor, fills_rows_up) {
  run_everywhere(dense(kSplits, i32({2}, {4, 4}), kNine, f32({}, {1.5f}),
                       {i64({5}, {0, 3, 3, 7, 9})},
                       f32({4, 4}, {.1f, .2f, .3f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f, .4f, .5f, .6f, .7f,
                                    .8f, .9f, 1.5f, 1.5f})));
  run_everywhere(dense(kSplits, kAll, i32({3}, {1, 2, 3}), i32({1}, {0}), {i32({4}, {0, 2, 2, 3})},
                       i32({3, 2}, {1, 2, 0, 0, 3, 0})));
  run_everywhere(dense(kSplits, i64({}, {-1}), i64({3}, {1, 2, 3}), i64({}, {7}),
                       {i64({3}, {0, 1, 3})}, i64({2, 2}, {1, 7, 2, 3})));
}

OP_TEST(ragged_tensor_to_tensor, leaves_out_what_is_beyond_the_shape) {
  run_everywhere(dense(kSplits, i32({2}, {3, 2}), kNine, f32({}, {0}), {i32({5}, {0, 3, 3, 7, 9})},
                       f32({3, 2}, {.1f, .2f, 0, 0, .4f, .5f})));
  run_everywhere(dense(kSplits, i32({2}, {0, 5}), kNine, f32({}, {0}), {i32({5}, {0, 3, 3, 7, 9})},
                       f32({0, 5})));
}

OP_TEST(ragged_tensor_to_tensor, takes_row_ids) {
  const std::vector<std::string> ids = {"FIRST_DIM_SIZE", "VALUE_ROWIDS"};
  run_everywhere(dense(ids, kAll, i32({5}, {1, 2, 3, 4, 5}), i32({}, {0}),
                       {i32({}, {4}), i32({5}, {0, 0, 2, 2, 2})},
                       i32({4, 3}, {1, 2, 0, 0, 0, 0, 3, 4, 5, 0, 0, 0})));
  const std::vector<std::string> both = {"FIRST_DIM_SIZE", "VALUE_ROWIDS", "ROW_SPLITS"};
  // Rows 0 and 1 of the inner dimension are empty, so that the first value is in the third.
  run_everywhere(dense(both, i32({3}, {-1, -1, -1}), i32({2}, {8, 9}), i32({}, {0}),
                       {i64({1}, {2}), i64({4}, {0, 0, 0, 1}), i64({5}, {0, 0, 0, 1, 2})},
                       i32({2, 3, 1}, {0, 0, 8, 9, 0, 0})));
  const std::vector<std::string> inner = {"ROW_SPLITS", "VALUE_ROWIDS"};
  run_everywhere(dense(inner, i32({3}, {-1, -1, -1}), i32({3}, {7, 8, 9}), i32({}, {0}),
                       {i32({3}, {0, 2, 3}), i32({3}, {1, 1, 2})},
                       i32({2, 2, 2}, {0, 0, 7, 8, 9, 0, 0, 0})));
}

OP_TEST(ragged_tensor_to_tensor, moves_inner_dimensions_as_a_whole) {
  run_everywhere(dense(kSplits, i32({3}, {-1, 2, 2}), u8({3, 2}, {1, 2, 3, 4, 5, 6}), u8({}, {0}),
                       {i32({3}, {0, 1, 3})}, u8({2, 2, 2}, {1, 2, 0, 0, 3, 4, 5, 6})));
  run_everywhere(dense(kSplits, i32({}, {-1}), f32({1, 3}, {1, 2, 3}), f32({}, {9}),
                       {i32({3}, {0, 0, 1})}, f32({2, 1, 3}, {9, 9, 9, 1, 2, 3})));
}

OP_TEST(ragged_tensor_to_tensor, is_one_wide_where_all_rows_are_empty) {
  run_everywhere(
      dense(kSplits, kAll, f32({0}), f32({}, {3}), {i32({3}, {0, 0, 0})}, f32({2, 1}, {3, 3})));
  run_everywhere(dense(kSplits, kAll, f32({0}), f32({}, {3}), {i32({1}, {0})}, f32({0, 0})));
}

OP_TEST(ragged_tensor_to_tensor, refuses_partitions_that_do_not_fit) {
  const auto refuse = [](const std::vector<std::string>& partitions,
                         const std::vector<Literal>& tensors, const char* text) {
    expect_error(dense(partitions, kAll, i32({3}, {1, 2, 3}), i32({}, {0}), tensors, i32({1, 3})),
                 Code::invalid_argument, text);
  };
  refuse(kSplits, {i32({2}, {0, 4})}, "has row split 4 at 1");
  refuse(kSplits, {i32({3}, {0, 2, 1})}, "has row split 1 at 2");
  refuse(kSplits, {i32({2}, {0, 2})}, "hold 2 values, but there are 3");
  refuse(kSplits, {i32({2}, {1, 3})}, "from 1; there are 1 from 0");
  const std::vector<std::string> ids = {"FIRST_DIM_SIZE", "VALUE_ROWIDS"};
  refuse(ids, {i32({}, {2}), i32({3}, {0, 1, 2})}, "has row split 2");
  refuse(ids, {i32({}, {-1}), i32({3}, {0, 0, 0})}, "number of rows is -1");
  refuse(ids, {i32({}, {0}), i32({3}, {0, 0, 0})}, "has row split 0 at 0");
}

OP_TEST(ragged_tensor_to_tensor, refuses_operands_that_do_not_fit) {
  const auto refuse = [](const std::vector<std::string>& partitions, const Literal& shape,
                         const Literal& values, const Literal& otherwise, const Literal& splits,
                         const char* text) {
    expect_error(dense(partitions, shape, values, otherwise, {splits}, i32({1, 3})),
                 Code::invalid_model, text);
  };
  const Literal values = i32({3}, {1, 2, 3}), zero = i32({}, {0}), splits = i32({2}, {0, 3});
  refuse({}, kAll, values, zero, splits, "is no list of texts");
  refuse({"ROW_LENGTHS"}, kAll, values, zero, splits, "row partition 0 is 'ROW_LENGTHS'");
  refuse({"VALUE_ROWIDS"}, kAll, values, zero, splits, "row partition 0 is 'VALUE_ROWIDS'");
  refuse({"FIRST_DIM_SIZE"}, kAll, values, zero, splits, "has 0 row partitions");
  refuse(kSplits, i32({3}, {-1, -1, -1}), values, zero, splits, "the shape has 3 dimensions");
  refuse(kSplits, kAll, i32({}, {1}), zero, splits, "values of rank 0");
  refuse(kSplits, kAll, values, i32({2}), splits, "must be one element");
  refuse(kSplits, kAll, values, zero, i32({0}), "row splits 0 are empty");
  refuse(kSplits, kAll, values, f32({}), splits, "type");
  expect_error(
      dense(kSplits, i32({2}, {INT32_MAX, INT32_MAX}), values, zero, {splits}, i32({1, 3})),
      Code::resource_exhausted, "");
}

}  // namespace
}  // namespace samara::testing
