#include "testing/op_test.h"

namespace samara::testing::unsorted_segment_sum_test {

// Tests of all four: UNSORTED_SEGMENT_SUM, _PROD, _MAX and _MIN.
OpCase case_of(const char* op) { return OpCase{.op = op}; }

OP_TEST(unsorted_segment_sum, reduces_rows) {
  const struct {
    const char* op;
    std::vector<float> floats;
    std::vector<int32_t> integers;
  } cases[] = {
      {"UNSORTED_SEGMENT_SUM", {3, 4, 0, 0, 6, 8}, {INT32_MIN, 0, 7}},
      {"UNSORTED_SEGMENT_PROD", {3, 4, 1, 1, 5, 12}, {INT32_MAX, 1, 7}},
      {"UNSORTED_SEGMENT_MAX",
       {3, 4, -3.40282347e38f, -3.40282347e38f, 5, 6},
       {INT32_MAX, INT32_MIN, 7}},
      {"UNSORTED_SEGMENT_MIN", {3, 4, 3.40282347e38f, 3.40282347e38f, 1, 2}, {1, INT32_MAX, 7}}};
  for (const auto& [op, floats, integers] : cases) {
    OpCase c = case_of(op);
    c.in(f32({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8})).constant(i32({4}, {2, 0, 2, -1}));
    c.constant(i32({}, {3})).out(f32({3, 2}, floats));
    run_everywhere(c);
    OpCase scalars = case_of(op);
    scalars.in(i32({3}, {INT32_MAX, 7, 1})).constant(i32({3}, {0, 2, 0}));
    scalars.constant(i32({1}, {3})).out(i32({3}, integers));
    run_everywhere(scalars);
  }
}

OP_TEST(unsorted_segment_sum, takes_segments_of_any_rank) {
  OpCase matrix = case_of("UNSORTED_SEGMENT_SUM");
  matrix.in(f32({2, 2, 1}, {1, 2, 3, 4})).constant(i32({2, 2}, {0, 1, 1, 0}));
  matrix.constant(i32({}, {2})).out(f32({2, 1}, {5, 5}));
  run_everywhere(matrix);
  OpCase none = case_of("UNSORTED_SEGMENT_SUM");
  none.in(f32({2}, {1, 2})).constant(i32({2}, {-1, -1})).constant(i32({}, {0})).out(f32({0}));
  run_everywhere(none);
}

OP_TEST(unsorted_segment_sum, refuses_segments_out_of_range_and_other_shapes) {
  for (const char* op : {"UNSORTED_SEGMENT_SUM", "UNSORTED_SEGMENT_PROD", "UNSORTED_SEGMENT_MAX",
                         "UNSORTED_SEGMENT_MIN"}) {
    OpCase range = case_of(op);
    range.in(f32({2})).constant(i32({2}, {0, 2})).constant(i32({}, {2})).out(f32({2}));
    expect_error(range, Code::invalid_model, "segment 2 at position 1 is out of range, [0, 2)");
    OpCase shape = case_of(op);
    shape.in(f32({2})).constant(i32({3})).constant(i32({}, {2})).out(f32({2}));
    expect_error(shape, Code::invalid_model, "is not what the data's, [2], begins with");
    OpCase negative = case_of(op);
    negative.in(f32({2})).constant(i32({2})).constant(i32({}, {-1})).out(f32({2}));
    expect_error(negative, Code::invalid_model, "there cannot be -1 segments");
  }
}

}  // namespace samara::testing::unsorted_segment_sum_test
