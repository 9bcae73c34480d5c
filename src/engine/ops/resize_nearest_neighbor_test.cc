#include "testing/op_test.h"

namespace samara::testing::resize_nearest_neighbor_test {

OpCase nearest(bool align = false, bool half = false) {
  return {.op = "RESIZE_NEAREST_NEIGHBOR",
          .options = options<fb::ResizeNearestNeighborOptionsT>([&](auto& o) {
            o.align_corners = align;
            o.half_pixel_centers = half;
          })};
}

OP_TEST(resize_nearest_neighbor, enlarges_and_shrinks) {
  OpCase c = nearest();
  c.in(f32({1, 2, 2, 1}, {1, 2, 3, 4})).constant(i32({2}, {3, 4}));
  c.out(f32({1, 3, 4, 1}, {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4}));
  run_everywhere(c);
  OpCase small = nearest();
  small.in(i8({1, 1, 4, 2}, {1, 2, 3, 4, 5, 6, 7, 8})).constant(i32({2}, {1, 2}));
  small.out(i8({1, 1, 2, 2}, {1, 2, 5, 6}));
  run_everywhere(small);
}

OP_TEST(resize_nearest_neighbor, corners_and_centres) {
  OpCase align = nearest(true);
  align.in(i16({1, 1, 3, 1}, {1, 2, 3})).constant(i32({2}, {1, 5}));
  align.out(i16({1, 1, 5, 1}, {1, 2, 2, 3, 3}));
  run_everywhere(align);
  OpCase half = nearest(false, true);
  half.in(u8({1, 1, 4, 1}, {1, 2, 3, 4})).constant(i32({2}, {1, 2}));
  half.out(u8({1, 1, 2, 1}, {2, 4}));
  run_everywhere(half);
}

OP_TEST(resize_nearest_neighbor, refuses_sizes_below_1) {
  OpCase c = nearest();
  c.in(f32({1, 2, 2, 1})).constant(i32({2}, {0, 1})).out(f32({1, 1, 1, 1}));
  expect_error(c, Code::invalid_model, "cannot resize to 0 by 1");
  OpCase empty = nearest();
  empty.in(f32({1, 0, 2, 1})).constant(i32({2}, {1, 1})).out(f32({1, 1, 1, 1}));
  expect_error(empty, Code::invalid_model, "cannot resize the empty picture");
}

}  // namespace samara::testing::resize_nearest_neighbor_test
