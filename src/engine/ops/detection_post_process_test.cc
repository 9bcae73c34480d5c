#include <flatbuffers/flexbuffers.h>

#include "testing/op_test.h"

namespace samara::testing::detection_post_process_test {

struct DetectionSettings {
  int max_detections = 3, classes_per_detection = 1, classes = 2;
  bool regular = false;
  float score_threshold = 0, iou_threshold = 0.5f, scale = 1;
};

std::vector<uint8_t> options_of(const DetectionSettings& s) {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.Int("max_detections", s.max_detections);
    builder.Int("max_classes_per_detection", s.classes_per_detection);
    builder.Int("num_classes", s.classes);
    builder.Bool("use_regular_nms", s.regular);
    builder.Float("nms_score_threshold", s.score_threshold);
    builder.Float("nms_iou_threshold", s.iou_threshold);
    for (const char* key : {"y_scale", "x_scale", "h_scale", "w_scale"})
      builder.Float(key, s.scale);
  });
  builder.Finish();
  return builder.GetBuffer();
}

OpCase with(const DetectionSettings& s) {
  return OpCase{
      .op = "TFLite_Detection_PostProcess", .custom = true, .custom_options = options_of(s)};
}

// Four boxes of size 1 x 1: two at the origin that overlap by two thirds, one apart, one far away.
Literal anchors() {
  return f32({4, 4}, {0.5f, 0.5f, 1, 1, 0.5f, 0.7f, 1, 1, 0.5f, 10.5f, 1, 1, 0.5f, 100.5f, 1, 1});
}
Literal no_offsets() { return f32({1, 4, 4}); }
// Background first, then two classes.
Literal scores() {
  return f32({1, 4, 3}, {0, 0.9f, 0.1f, 0, 0.75f, 0.2f, 0, 0.3f, 0.8f, 0, 0.1f, 0.05f});
}

OP_TEST(detection_post_process, keeps_the_best_of_boxes_that_overlap) {
  OpCase c = with({});
  c.in(no_offsets()).in(scores()).constant(anchors());
  c.out(f32({1, 3, 4}, {0, 0, 1, 1, 0, 10, 1, 11, 0, 100, 1, 101}));
  c.out(f32({1, 3}, {0, 1, 0})).out(f32({1, 3}, {0.9f, 0.8f, 0.1f})).out(f32({1}, {3}));
  run_everywhere(c);
}

OP_TEST(detection_post_process, leaves_slots_past_the_count_zero) {
  OpCase c = with({.score_threshold = 0.5f});
  c.in(no_offsets()).in(scores()).constant(anchors());
  c.out(f32({1, 3, 4}, {0, 0, 1, 1, 0, 10, 1, 11, 0, 0, 0, 0}));
  c.out(f32({1, 3}, {0, 1, 0})).out(f32({1, 3}, {0.9f, 0.8f, 0})).out(f32({1}, {2}));
  run_everywhere(c);
}

OP_TEST(detection_post_process, gives_several_classes_of_a_box) {
  OpCase c = with({.max_detections = 1, .classes_per_detection = 2});
  c.in(no_offsets()).in(scores()).constant(anchors());
  c.out(f32({1, 2, 4}, {0, 0, 1, 1, 0, 0, 1, 1}));
  c.out(f32({1, 2}, {0, 1})).out(f32({1, 2}, {0.9f, 0.1f})).out(f32({1}, {1}));
  run_everywhere(c);
}

OP_TEST(detection_post_process, regular_suppresses_class_by_class) {
  OpCase c = with({.regular = true});
  c.in(no_offsets()).in(scores()).constant(anchors());
  // Class 0 keeps boxes 0, 2, 3; class 1 keeps 2, 1 (0 overlaps it), 3: the best three of all.
  c.out(f32({1, 3, 4}, {0, 0, 1, 1, 0, 10, 1, 11, 0, 10, 1, 11}));
  c.out(f32({1, 3}, {0, 1, 0})).out(f32({1, 3}, {0.9f, 0.8f, 0.3f})).out(f32({1}, {3}));
  run_everywhere(c);
}

OP_TEST(detection_post_process, decodes_offsets_and_quantized_values) {
  OpCase c = with({.max_detections = 1, .classes = 1, .scale = 10});
  // y = (138 - 128) * 1 / 10 * h + 0 = 1, h = exp(0) = 1.
  c.in(u8({1, 1, 4}, {138, 128, 128, 128}).q(1, 128)).in(u8({1, 1, 1}, {255}).q(1 / 255.0f));
  c.constant(u8({1, 4}, {0, 0, 1, 2}).q(1, 0));
  c.out(f32({1, 1, 4}, {0.5f, -1, 1.5f, 1}))
      .out(f32({1, 1}, {0}))
      .out(f32({1, 1}, {1}))
      .out(f32({1}, {1}));
  run_everywhere(c);
}

OP_TEST(detection_post_process, refuses_what_does_not_fit) {
  const auto expect = [](const DetectionSettings& s, Literal boxes, Literal given,
                         const std::string& text) {
    OpCase c = with(s);
    c.in(std::move(boxes)).in(std::move(given)).constant(anchors());
    const int32_t slots = s.max_detections * s.classes_per_detection;
    c.out(f32({1, slots, 4})).out(f32({1, slots})).out(f32({1, slots})).out(f32({1}));
    expect_error(c, Code::invalid_model, text);
  };
  expect({.classes = 1}, no_offsets(), scores(), "at most one more");
  expect({}, f32({1, 3, 4}), scores(), "has 3 boxes");
  expect({}, f32({1, 4, 3}), scores(), "at least 4 numbers");
  expect({.iou_threshold = 0}, no_offsets(), scores(), "nms_iou_threshold");
  expect({.iou_threshold = 1.5f}, no_offsets(), scores(), "nms_iou_threshold");
  expect({.scale = 0}, no_offsets(), scores(), "y_scale");
}

OP_TEST(detection_post_process, refuses_options_that_are_damaged) {
  for (const std::vector<uint8_t>& bytes :
       {std::vector<uint8_t>{}, {1, 2}, {255, 255, 255, 255, 36, 1}}) {
    OpCase c = with({});
    c.custom_options = bytes;
    c.in(no_offsets()).in(scores()).constant(anchors());
    c.out(f32({1, 3, 4})).out(f32({1, 3})).out(f32({1, 3})).out(f32({1}));
    expect_error(c, Code::invalid_model, "custom options");
  }
}

OP_TEST(detection_post_process, refuses_anchors_turned_inside_out) {
  OpCase c = with({.max_detections = 1, .classes = 1});
  c.in(f32({1, 1, 4})).in(f32({1, 1, 1}, {1})).constant(f32({1, 4}, {0, 0, -1, 1}));
  c.out(f32({1, 1, 4})).out(f32({1, 1})).out(f32({1, 1})).out(f32({1}));
  expect_error(c, Code::invalid_argument, "negative size");
}

}  // namespace samara::testing::detection_post_process_test
