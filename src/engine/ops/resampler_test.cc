#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::resampler_test {

OP_TEST(resampler, samples_between_pixels) {
  OpCase c{.op = "Resampler", .custom = true};
  c.in(f32({1, 2, 2, 1}, {1, 2, 3, 4}));
  c.in(f32({1, 2, 2, 2}, {0, 0, 0.5f, 0.5f, 1, 0.25f, -0.5f, 0}));
  c.out(f32({1, 2, 2, 1}, {1, 2.5f, 2.5f, 0.5f}));
  run_everywhere(c);
}

OP_TEST(resampler, gives_0_outside) {
  OpCase c{.op = "Resampler", .custom = true};
  c.in(f32({1, 1, 1, 2}, {8, 4})).in(f32({1, 1, 5, 2}, {-1, 0, 1, 0, 0, 1e30f, NAN, 0, 0.5f, 0}));
  c.out(f32({1, 1, 5, 2}, {0, 0, 0, 0, 0, 0, 0, 0, 4, 2}));
  run_everywhere(c);
}

OP_TEST(resampler, refuses_places_that_do_not_fit) {
  OpCase batch{.op = "Resampler", .custom = true};
  batch.in(f32({1, 2, 2, 1})).in(f32({2, 2, 2, 2})).out(f32({1, 2, 2, 1}));
  expect_error(batch, Code::invalid_model, "do not fit the image");
  OpCase three{.op = "Resampler", .custom = true};
  three.in(f32({1, 2, 2, 1})).in(f32({1, 2, 2, 3})).out(f32({1, 2, 2, 1}));
  expect_error(three, Code::invalid_model, "do not fit the image");
}

}  // namespace samara::testing::resampler_test
