#include <cmath>

#include "testing/op_test.h"

namespace samara::testing {
namespace {

OpCase ranges(const Literal& starts, const Literal& limits, const Literal& deltas,
              const Literal& splits, const Literal& values) {
  OpCase c{.op = "RaggedRange", .custom = true};
  c.in(starts).in(limits).in(deltas).out(splits).out(values);
  return c;
}

OP_TEST(ragged_range, counts_each_row) {
  run_everywhere(ranges(i32({4}, {0, 5, 8, 5}), i32({4}, {8, 7, 8, 1}), i32({4}, {2, 1, 1, -1}),
                        i64({5}, {0, 4, 6, 6, 10}), i32({10}, {0, 2, 4, 6, 5, 6, 5, 4, 3, 2})));
  run_everywhere(ranges(f32({4}, {0, 5, 8, 5}), f32({4}, {8, 7, 8, 1}), f32({4}, {2, 1, 1, -1}),
                        i32({5}, {0, 4, 6, 6, 10}), f32({10}, {0, 2, 4, 6, 5, 6, 5, 4, 3, 2})));
  run_everywhere(ranges(f64({1}, {0}), f64({1}, {0.5}), f64({1}, {0.2}), i32({2}, {0, 3}),
                        f64({3}, {0, 0.2, 0.4})));
}

OP_TEST(ragged_range, takes_one_element_for_all_rows) {
  run_everywhere(ranges(i64({3}, {0, 5, 8}), i64({3}, {8, 7, 8}), i64({1}, {1}),
                        i64({4}, {0, 8, 10, 10}), i64({10}, {0, 1, 2, 3, 4, 5, 6, 7, 5, 6})));
  run_everywhere(ranges(i32({}, {0}), i32({2}, {2, 3}), i32({}, {1}), i64({3}, {0, 2, 5}),
                        i32({5}, {0, 1, 0, 1, 2})));
}

OP_TEST(ragged_range, is_empty_where_it_runs_away) {
  run_everywhere(ranges(i32({2}, {0, 7}), i32({2}, {5, 2}), i32({1}, {-1}), i32({3}, {0, 0, 5}),
                        i32({5}, {7, 6, 5, 4, 3})));
}

OP_TEST(ragged_range, reaches_the_ends_of_a_type) {
  constexpr int64_t kLow = INT64_MIN, kHigh = INT64_MAX, kStep = int64_t{1} << 62;
  run_everywhere(ranges(i64({1}, {kLow}), i64({1}, {kHigh}), i64({1}, {kStep}), i64({2}, {0, 4}),
                        i64({4}, {kLow, kLow + kStep, 0, kStep})));
  run_everywhere(ranges(i64({1}, {kHigh}), i64({1}, {kLow}), i64({1}, {kLow}), i64({2}, {0, 2}),
                        i64({2}, {kHigh, -1})));
}

OP_TEST(ragged_range, refuses_what_has_no_end) {
  const auto refuse = [](const Literal& s, const Literal& l, const Literal& d, const char* text) {
    Literal none = s;
    none.shape = {0};
    none.bytes.clear();
    expect_error(ranges(s, l, d, i64({2}), none), Code::invalid_argument, text);
  };
  refuse(i32({1}, {0}), i32({1}, {1}), i32({1}, {0}), "row 0 has steps of 0");
  refuse(f32({1}, {0}), f32({1}, {NAN}), f32({1}, {1}), "has no end in memory");
  refuse(f32({1}, {0}), f32({1}, {INFINITY}), f32({1}, {1}), "has no end in memory");
  refuse(i64({1}, {INT64_MIN}), i64({1}, {INT64_MAX}), i64({1}, {1}), "has no end in memory");
  expect_error(ranges(i32({2}), i32({3}), i32({1}), i64({3}), i32({0})), Code::invalid_model,
               "has 2 and 3 rows");
  expect_error(ranges(i32({1}), i32({1}), i32({1}), f32({2}), i32({0})), Code::unsupported,
               "may be int32, int64");
}

}  // namespace
}  // namespace samara::testing
