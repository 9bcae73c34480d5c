#include "testing/op_test.h"

namespace samara::testing::segment_sum_test {

OP_TEST(segment_sum, adds_rows) {
  OpCase c{.op = "SEGMENT_SUM", .options = fb::SegmentSumOptionsT{}};
  c.in(f32({3, 2}, {1, 2, 3, 4, 5, 6})).constant(i32({3}, {0, 0, 1}));
  c.out(f32({2, 2}, {4, 6, 5, 6}));
  run_everywhere(c);
  OpCase wraps{.op = "SEGMENT_SUM", .options = fb::SegmentSumOptionsT{}};
  wraps.in(i32({2}, {INT32_MAX, 1})).constant(i32({2}, {0, 0})).out(i32({1}, {INT32_MIN}));
  run_everywhere(wraps);
  OpCase none{.op = "SEGMENT_SUM", .options = fb::SegmentSumOptionsT{}};
  none.in(f32({0, 2})).constant(i32({0})).out(f32({0, 2}));
  run_everywhere(none);
}

OP_TEST(segment_sum, refuses_segments_that_do_not_count_up) {
  const std::vector<std::vector<int32_t>> cases = {{1, 1}, {-1, 0}, {0, 2}, {0, -1}};
  for (const auto& ids : cases) {
    OpCase c{.op = "SEGMENT_SUM", .options = fb::SegmentSumOptionsT{}};
    c.in(f32({2})).constant(i32({2}, ids)).out(f32({1}));
    expect_error(c, Code::invalid_model,
                 "segment " + std::to_string(ids[ids[0] == 0 ? 1 : 0]) + " where");
  }
}

OP_TEST(segment_sum, refuses_other_numbers_of_segments) {
  OpCase c{.op = "SEGMENT_SUM", .options = fb::SegmentSumOptionsT{}};
  c.in(f32({2})).constant(i32({3}, {0, 0, 0})).out(f32({1}));
  expect_error(c, Code::invalid_model, "has 3 segments for data [2]");
  OpCase scalar{.op = "SEGMENT_SUM", .options = fb::SegmentSumOptionsT{}};
  scalar.in(f32({}, {1})).constant(i32({1}, {0})).out(f32({1}));
  expect_error(scalar, Code::invalid_model, "for data []");
}

}  // namespace samara::testing::segment_sum_test
