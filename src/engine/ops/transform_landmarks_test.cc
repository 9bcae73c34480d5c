#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::transform_landmarks_test {

const std::vector<float> kMatrix = {2, 0.5f, 9, 1, -1, 3, 9, -2, 0, 0, 1, 0, 0, 0, 0, 1};

OpCase moves(int version, const Literal& points, const Literal& out, int dimensions = 3,
             float scale = 1) {
  OpCase c{.op = "TransformLandmarks", .version = version, .custom = true};
  if (version == 1) {
    c.custom_options = flex([&](auto& b) {
      b.Int("dimensions", dimensions);
      b.Float("scale", scale);
    });
  }
  c.in(points).in(f32({1, 4, 4}, kMatrix)).out(out);
  return c;
}

OP_TEST(transform_landmarks, moves_points_of_the_plane) {
  run_everywhere(
      moves(1, f32({1, 1, 1, 6}, {1, 2, 7, 0, 0, 8}), f32({1, 1, 1, 6}, {4, 3, 7, 1, -2, 8})));
  run_everywhere(
      moves(1, f32({1, 1, 2, 2}, {1, 2, 0, 0}), f32({1, 1, 2, 2}, {13, -15, 10, -20}), 2, 10));
  run_everywhere(moves(2, f32({1, 2, 3}, {1, 2, 7, 0, 0, 8}), f32({1, 2, 3}, {4, 3, 7, 1, -2, 8})));
  run_everywhere(moves(2, f32({1, 1, 2}, {4, 1}), f32({1, 1, 2}, {9.5f, -3})));
}

OP_TEST(transform_landmarks, refuses_what_are_no_points) {
  const auto refuse = [](const OpCase& c, const char* text) {
    expect_error(c, Code::invalid_model, text);
  };
  refuse(moves(1, f32({1, 1, 1, 4}), f32({1, 1, 1, 4})), "holds no points of 2 or 3");
  refuse(moves(2, f32({1, 1, 4}), f32({1, 1, 4})), "holds no points of 2 or 3");
  refuse(moves(1, f32({1, 1, 1, 4}), f32({1, 1, 1, 4}), 4), "option dimensions is 4");
  refuse(moves(1, f32({1, 1, 1, 3}), f32({1, 1, 1, 3}), 3, 0), "option scale is 0");
  refuse(moves(2, f32({1, 1, 1, 3}), f32({1, 1, 1, 3})), "rank 3");
  OpCase small = moves(2, f32({1, 1, 3}), f32({1, 1, 3}));
  small.inputs[1] = f32({3, 4});
  refuse(small, "not 16 elements");
}

}  // namespace samara::testing::transform_landmarks_test
