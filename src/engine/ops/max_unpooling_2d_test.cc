// MaxUnpooling2D and LiteRtMaxUnpooling2D.
#include <limits>

#include "base/text.h"
#include "engine/ops/shared/raw_options_test.h"
#include "testing/op_test.h"

namespace samara::testing::max_unpooling_2d_test {

OpCase with(int padding, int stride_w, int stride_h, int filter_w, int filter_h,
            const char* name = "MaxUnpooling2D") {
  return OpCase{
      .op = name,
      .custom = true,
      .custom_options = raw_struct({padding, stride_w, stride_h, filter_w, filter_h, 0, 0, 0, 0})};
}

OP_TEST(max_unpooling_2d, places_by_window) {
  OpCase c = with(2, 2, 2, 2, 2);
  c.in(f32({1, 1, 2, 2}, {1, 2, 3, 4})).in(f32({1, 1, 2, 2}, {0.1f, 3.1f, 2.1f, 1.1f}));
  c.out(f32({1, 2, 4, 2}, {1, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 2, 3, 0, 0, 0}));
  run_everywhere(c);
}

OP_TEST(max_unpooling_2d, leaves_out_what_no_window_holds) {
  OpCase c = with(2, 2, 1, 2, 1);
  const float none = std::numeric_limits<float>::quiet_NaN();
  c.in(f32({1, 1, 5, 1}, {1, 2, 3, 4, 5})).in(f32({1, 1, 5, 1}, {-9, none, 1e30f, 7, 1}));
  c.out(f32({1, 1, 10, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 5}));
  run_everywhere(c);
}

OP_TEST(max_unpooling_2d, places_by_image) {
  for (const char* name : {"MaxUnpooling2D", "LiteRtMaxUnpooling2D"}) {
    OpCase c = with(1, 2, 1, 2, 1, name);
    c.in(f32({2, 1, 2, 1}, {1, 2, 3, 4})).in(i32({2, 1, 2, 1}, {1, 2, 3, 0}));
    c.out(f32({2, 1, 4, 1}, {0, 1, 2, 0, 4, 0, 0, 3}));
    run_everywhere(c);
    // VALID: (2 - 1) * 2 + 3.
    c = with(2, 2, 1, 3, 1, name);
    c.in(f32({1, 1, 2, 1}, {1, 2})).in(i32({1, 1, 2, 1}, {0, 4}));
    c.out(f32({1, 1, 5, 1}, {1, 0, 0, 0, 2}));
    run_everywhere(c);
  }
}

OP_TEST(max_unpooling_2d, refuses_places_out_of_the_image) {
  for (const int index : {4, -1, 2147483647}) {
    OpCase c = with(1, 2, 1, 2, 1);
    c.in(f32({1, 1, 2, 1}, {1, 2})).constant(i32({1, 1, 2, 1}, {0, index}));
    c.out(f32({1, 1, 4, 1}));
    expect_error(c, Code::invalid_model, cat("index ", index));
  }
}

OP_TEST(max_unpooling_2d, refuses_what_does_not_fit) {
  const auto refused = [](OpCase c, Literal indices, const char* text,
                          Code code = Code::invalid_model) {
    c.in(f32({1, 1, 2, 1})).in(indices).out(f32({1, 1, 4, 1}));
    expect_error(c, code, text);
  };
  const Literal places = i32({1, 1, 2, 1});
  refused(with(0, 2, 1, 2, 1), places, "padding 0");
  refused(with(1, 0, 1, 2, 1), places, "strides");
  refused(with(1, 2, 1, 0, 1), places, "window");
  refused(with(1, 2147483647, 1, 2, 1), places, "would become");
  refused(with(1, 2, 1, 2, 1), i32({1, 2, 1, 1}), "indices of shape");
  refused(with(1, 2, 1, 2, 1), i64({1, 1, 2, 1}), "int64", Code::unsupported);
}

}  // namespace samara::testing::max_unpooling_2d_test
