#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::landmarks_to_transform_matrix_test {

struct MatrixSettings {
  int version = 1, left = 0, right = 1;
  std::vector<int> subset = {0, 1, 2, 3};
  int range = 64, in_height = 48, in_width = 64;
  int out_height = 16, out_width = 32;
  float factor = 1.5f;
  float angle = 0, scale_x = 1, scale_y = 1;
};

void list(flexbuffers::Builder& b, const char* key, const std::vector<int>& values) {
  b.TypedVector(key, [&] {
    for (const int v : values) b.Int(v);
  });
}

/// The first two rows are what counts; the others never change.
OpCase finds(const MatrixSettings& s, const Literal& landmarks, std::vector<float> rows) {
  OpCase c{.op = "Landmarks2TransformMatrix", .version = s.version, .custom = true};
  c.custom_options = flex([&](auto& b) {
    b.Int("left_rotation_idx", s.left);
    b.Int("right_rotation_idx", s.right);
    list(b, s.version == 2 ? "subset_idxs" : "subset", s.subset);
    b.Int("dimensions", 3);
    b.Int("landmarks_range", s.range);
    list(b, "input_hw", {s.in_height, s.in_width});
    list(b, "output_hw", {s.out_height, s.out_width});
    b.Float("bbox_size_multiplier", s.factor);
    b.Int("output_height", s.out_height);
    b.Int("output_width", s.out_width);
    b.Float("target_rotation_radians", s.angle);
    b.Float("scale_x", s.scale_x);
    b.Float("scale_y", s.scale_y);
  });
  rows.resize(6);
  c.in(landmarks);
  c.out(f32({1, 4, 4},
            {rows[0], rows[1], 0, rows[2], rows[3], rows[4], 0, rows[5], 0, 0, 1, 0, 0, 0, 0, 1}));
  return c;
}

const std::vector<float> kLandmarks = {10, 20, 1, 40, 35, 2, 25, 50, 3, 5, 60, 4};

// Expected: products of the matrices that MediaPipe names, in double precision by NumPy.
OP_TEST(landmarks_to_transform_matrix, cuts_out_the_box_of_version_1) {
  const Literal in = f32({1, 1, 1, 12}, kLandmarks);
  run_everywhere(
      finds({}, in, {1.428931f, -1.673437f, 6.644531f, 0.5330141f, 2.496875f, 5.691406f}));
  run_everywhere(finds({.subset = {2, 3, 0}}, in,
                       {1.143145f, -1.673437f, 8.121094f, 0.4264113f, 2.496875f, 6.242188f}));
}

OP_TEST(landmarks_to_transform_matrix, cuts_out_the_box_of_version_2) {
  const Literal in = f32({1, 4, 3}, kLandmarks);
  run_everywhere(finds({.version = 2, .angle = 0.25f, .scale_x = 1.5f, .scale_y = 1.25f}, in,
                       {1.488723f, -0.6650773f, 3.124266f, 0.3229915f, 3.065455f, 13.37265f}));
  run_everywhere(finds({.version = 2,
                        .left = 2,
                        .right = 3,
                        .subset = {1, 1, 0},
                        .out_height = 8,
                        .out_width = 8,
                        .angle = -1,
                        .scale_y = 2},
                       in,
                       {-3.594371f, 0.3112582f, 38.13245f, -2.136789f, -0.5235788f, 38.14147f}));
}

OP_TEST(landmarks_to_transform_matrix, refuses_what_makes_no_sense) {
  const auto refuse = [](const MatrixSettings& s, const char* text) {
    const Literal::Dims shape =
        s.version == 2 ? Literal::Dims{1, 4, 3} : Literal::Dims{1, 1, 1, 12};
    expect_error(finds(s, f32(shape), {}), Code::invalid_model, text);
  };
  refuse({.left = 4}, "landmark 4 is none of the 4");
  refuse({.subset = {0, 9}}, "landmark 9 is none of the 4");
  refuse({.subset = {}}, "option subset has no numbers");
  refuse({.subset = {-1}}, "option subset has -1 at 0");
  refuse({.right = -1}, "option right_rotation_idx is -1");
  refuse({.range = 0}, "option landmarks_range is 0");
  refuse({.in_height = 0}, "option input_hw has 0");
  refuse({.factor = 0}, "option bbox_size_multiplier is 0");
  refuse({.version = 2, .out_width = 0}, "option output_width is 0");
  refuse({.version = 2, .scale_y = 0}, "option scale_y is 0");
  expect_error(finds({}, f32({1, 4, 3}), {}), Code::invalid_model, "rank 4");
}

}  // namespace samara::testing::landmarks_to_transform_matrix_test
