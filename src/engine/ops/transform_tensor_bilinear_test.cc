#include <cmath>

#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::transform_tensor_bilinear_test {

OpCase moves(int version, int height, int width, const Literal& image,
             const std::vector<float>& matrix, const Literal& out) {
  const auto size = [&](auto& b) {
    if (version == 2) {
      b.Int("output_height", height);
      b.Int("output_width", width);
    } else {
      b.String("mode", "bilinear");
      b.TypedVector("output_size", [&] {
        b.Int(height);
        b.Int(width);
      });
    }
  };
  OpCase c{.op = "TransformTensorBilinear",
           .version = version,
           .custom = true,
           .custom_options = flex(size)};
  c.in(image).in(f32({1, 4, 4}, matrix)).out(out);
  return c;
}
std::vector<float> matrix(float xx, float xy, float x, float yx, float yy, float y) {
  return {xx, xy, 5, x, yx, yy, 5, y, 0, 0, 1, 0, 0, 0, 0, 1};
}

OP_TEST(transform_tensor_bilinear, moves_corners_of_pixels_in_version_1) {
  const Literal image = f32({1, 2, 3, 1}, {0, 1, 2, 10, 11, 12});
  run_everywhere(
      moves(1, 2, 3, image, matrix(1, 0, 0, 0, 1, 0), f32({1, 2, 3, 1}, {0, 1, 2, 10, 11, 12})));
  run_everywhere(
      moves(1, 2, 2, image, matrix(1, 0, 0.5f, 0, 1, 0.25f), f32({1, 2, 2, 1}, {3, 4, 0, 0})));
  // Turned by a right angle; the last column lies outside.
  run_everywhere(moves(1, 3, 3, image, matrix(0, 1, 0, 1, 0, 0),
                       f32({1, 3, 3, 1}, {0, 10, 0, 1, 11, 0, 2, 12, 0})));
}

OP_TEST(transform_tensor_bilinear, moves_middles_of_pixels_in_version_2) {
  const Literal image = f32({1, 2, 4, 1}, {0, 1, 2, 3, 4, 5, 6, 7});
  // Half as large: the middle of each pixel lies between four.
  run_everywhere(moves(2, 1, 2, image, matrix(2, 0, 0, 0, 2, 0), f32({1, 1, 2, 1}, {2.5f, 4.5f})));
  run_everywhere(
      moves(2, 2, 4, image, matrix(1, 0, 0, 0, 1, 0), f32({1, 2, 4, 1}, {0, 1, 2, 3, 4, 5, 6, 7})));
  run_everywhere(moves(2, 1, 2, f32({1, 1, 2, 2}, {1, 2, 3, 4}), matrix(1, 0, 1, 0, 1, 0),
                       f32({1, 1, 2, 2}, {3, 4, 0, 0})));
}

OP_TEST(transform_tensor_bilinear, gives_0_where_the_place_is_none) {
  run_everywhere(moves(1, 1, 2, f32({1, 1, 2, 1}, {5, 6}), matrix(NAN, 0, 0, 0, 1, 0),
                       f32({1, 1, 2, 1}, {0, 0})));
  run_everywhere(moves(1, 1, 2, f32({1, 1, 2, 1}, {5, 6}), matrix(1e30f, 0, 0, 0, 1, 0),
                       f32({1, 1, 2, 1}, {5, 0})));
}

OP_TEST(transform_tensor_bilinear, refuses_what_makes_no_sense) {
  const auto good = matrix(1, 0, 0, 0, 1, 0);
  const auto refuse = [](const OpCase& c, const char* text) {
    expect_error(c, Code::invalid_model, text);
  };
  refuse(moves(1, 0, 2, f32({1, 1, 2, 1}), good, f32({1, 1, 2, 1})), "option output_size has 0");
  refuse(moves(2, 2, 0, f32({1, 1, 2, 1}), good, f32({1, 1, 2, 1})), "option output_width is 0");
  refuse(moves(1, 2, 2, f32({2, 1, 2, 1}), good, f32({1, 2, 2, 1})), "a batch of 2");
  refuse(moves(1, 2, 2, f32({1, 2, 1}), good, f32({1, 2, 2, 1})), "rank 4");
  OpCase small = moves(1, 2, 2, f32({1, 1, 2, 1}), good, f32({1, 2, 2, 1}));
  small.inputs[1] = f32({1, 2, 4});
  refuse(small, "not 16 elements");
  OpCase mode = moves(1, 2, 2, f32({1, 1, 2, 1}), good, f32({1, 2, 2, 1}));
  mode.custom_options = flex([](auto& b) { b.String("mode", "nearest"); });
  refuse(mode, "option mode is 'nearest'");
  OpCase one = moves(1, 2, 2, f32({1, 1, 2, 1}), good, f32({1, 2, 2, 1}));
  one.custom_options = flex([](auto& b) { b.TypedVector("output_size", [&] { b.Int(3); }); });
  refuse(one, "option output_size has 1 numbers");
}

}  // namespace samara::testing::transform_tensor_bilinear_test
