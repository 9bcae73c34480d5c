#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::dense_image_warp_test {

OP_TEST(dense_image_warp, moves_pixels_by_their_flow) {
  // One channel, 3 x 3, values 0 to 8; flows by half pixels, whole ones and out of the image.
  OpCase c{.op = "DenseImageWarp", .custom = true};
  c.in(f32({1, 3, 3, 1}, {0, 1, 2, 3, 4, 5, 6, 7, 8}));
  c.in(f32({1, 3, 3, 2}, {0, 0, 0, 0.5f, 0, -1, 1, 0, 0.5f, 0.5f, -9, 9, 0, 0, 2, 1, 0, -1e30f}));
  c.out(f32({1, 3, 3, 1}, {0, 0.5f, 2, 0, 2, 6, 6, 0, 8}));
  run_everywhere(c);
}

OP_TEST(dense_image_warp, takes_batches_channels_and_nan) {
  OpCase c{.op = "DenseImageWarp", .custom = true};
  c.in(f32({2, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}));
  c.in(f32({2, 2, 2, 2}, {0, 0, 0, 0, 0, 0, 1, 1, NAN, -1, 0, 0, 0, 0, 1, 0}));
  c.out(f32({2, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 0, 1, 10, 11, 10, 11, 12, 13, 10, 11}));
  run_everywhere(c);
}

OP_TEST(dense_image_warp, refuses_other_flows_and_small_images) {
  OpCase flow{.op = "DenseImageWarp", .custom = true};
  flow.in(f32({1, 2, 2, 1})).in(f32({1, 2, 3, 2})).out(f32({1, 2, 2, 1}));
  expect_error(flow, Code::invalid_model, "does not fit the image [1, 2, 2, 1]");
  OpCase small{.op = "DenseImageWarp", .custom = true};
  small.in(f32({1, 1, 2, 1})).in(f32({1, 1, 2, 2})).out(f32({1, 1, 2, 1}));
  expect_error(small, Code::invalid_model, "the image is 1 x 2, at least 2 x 2 is needed");
}

}  // namespace samara::testing::dense_image_warp_test
