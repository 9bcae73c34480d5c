// TFLite_Detection_PostProcess: box encodings, class scores and anchors to the detections of an SSD:
// boxes are decoded, overlapping ones suppressed, the best kept. Custom operator, version 1.
//
// Inputs: boxes [1, n, >= 4] (y, x, h, w relative to the anchors), scores [1, n, classes, with or
// without a background column first], anchors [n, 4] (y, x, h, w). Outputs, all float32: boxes
// [1, m, 4] (ymin, xmin, ymax, xmax), classes [1, m], scores [1, m], count [1];
// m = max_detections * max_classes_per_detection. Slots past the count are zero.
//
// Rules from: LiteRT tflite/kernels/detection_postprocess.cc: decoding in double; `fast` looks at
// each anchor's best class alone, `regular` suppresses class by class and keeps the best of all.
// Equal scores: the lower index first. A NaN score is no detection.
#include <algorithm>
#include <cmath>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/ops/shared/box.h"
#include "engine/ops/shared/sort.h"

namespace samara::ops {
namespace {

struct Params {
  int32_t max_detections = 0, classes_per_detection = 0, detections_per_class = 0, classes = 0;
  bool regular = false;
  float score_threshold = 0, iou_threshold = 0;
  float y_scale = 1, x_scale = 1, h_scale = 1, w_scale = 1;
};

Result<Params> parse(const OpView& v) {
  constexpr int64_t kMost = 1 << 24;
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  TRY_SET(p.max_detections, options.integer("max_detections", 0, 1, kMost));
  TRY_SET(p.classes_per_detection, options.integer("max_classes_per_detection", 0, 1, kMost));
  TRY_SET(p.detections_per_class, options.integer("detections_per_class", 100, 1, INT32_MAX));
  TRY_SET(p.classes, options.integer("num_classes", 0, 1, kMost));
  p.regular = options.flag("use_regular_nms");
  p.score_threshold = options.number("nms_score_threshold");
  TRY_SET(p.iou_threshold, options.positive("nms_iou_threshold"));
  if (p.iou_threshold > 1) {
    return Error(Code::invalid_model,
                 cat("option nms_iou_threshold is ", p.iou_threshold, ", above 1"));
  }
  TRY_SET(p.y_scale, options.positive("y_scale"));
  TRY_SET(p.x_scale, options.positive("x_scale"));
  TRY_SET(p.h_scale, options.positive("h_scale"));
  TRY_SET(p.w_scale, options.positive("w_scale"));
  return p;
}

struct Candidate {
  int32_t anchor, column;
  float score;
};

enum Slot { kBoxes, kScores, kCandidates, kKept };

int32_t kept_per_class(const Params& p) {
  return std::min(p.detections_per_class, p.max_detections);
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(3, 4));
  const Tensor &boxes = n.in(0), &scores = n.in(1), &anchors = n.in(2);
  TRY(n.has_rank(boxes, 3));
  TRY(n.has_rank(scores, 3));
  TRY(n.has_rank(anchors, 2));
  for (const Tensor* t : {&boxes, &scores, &anchors}) {
    TRY(n.has_type(*t, {Type::f32, Type::u8}));
    if (t->type == Type::u8) TRY(n.quantized(*t));
  }
  TRY(n.same_type(boxes, anchors));
  const int32_t count = boxes.shape[1], background = scores.shape[2] - p.classes;
  if (boxes.shape[0] != 1 || scores.shape[0] != 1) {
    return Error(Code::unsupported, cat("takes a batch of 1, not ", boxes.shape[0]));
  }
  if (boxes.shape[2] < 4 || anchors.shape[1] != 4) {
    return Error(Code::invalid_model, "needs at least 4 numbers a box and exactly 4 an anchor");
  }
  if (scores.shape[1] != count || anchors.shape[0] != count) {
    return Error(Code::invalid_model, cat("has ", count, " boxes, scores for ", scores.shape[1],
                                          " and ", anchors.shape[0], " anchors"));
  }
  if (background != 0 && background != 1) {
    return Error(Code::invalid_model, cat("has ", scores.shape[2], " scores a box for ", p.classes,
                                          " classes: at most one more, for the background"));
  }
  const auto slots = checked_mul<int32_t>(p.max_detections, p.classes_per_detection);
  if (!slots) return Error(Code::invalid_model, "has too many detections");
  for (int i = 0; i < 4; ++i) TRY(n.has_type(n.out(i), {Type::f32}));
  TRY(n.set_shape(n.out(0), {1, *slots, 4}));
  TRY(n.set_shape(n.out(1), {1, *slots}));
  TRY(n.set_shape(n.out(2), {1, *slots}));
  TRY(n.set_shape(n.out(3), {1}));
  TRY(n.scratch(kBoxes, int64_t(count) * int64_t(sizeof(Box))));
  TRY(n.scratch(kScores, scores.shape.elements() * int64_t(sizeof(float))));
  TRY(n.scratch(kCandidates, 2 * int64_t(count) * int64_t(sizeof(Candidate))));
  return n.scratch(kKept, 2 * int64_t(p.max_detections) * int64_t(sizeof(Candidate)));
}

float dequantized(const Tensor& t, int64_t i) {
  if (t.type == Type::f32) return reinterpret_cast<const float*>(t.data)[i];
  const float q = float(reinterpret_cast<const uint8_t*>(t.data)[i]);
  return (q - float(t.quant.zero_point())) * t.quant.scale();
}

Status decode(const Params& p, const Run& n, Box* out) {
  const Tensor &boxes = n.in(0), &anchors = n.in(2);
  const int64_t width = boxes.shape[2];
  Poller poll(n);
  for (int64_t i = 0; i < boxes.shape[1]; ++i) {
    TRY(poll(64));
    const double y = dequantized(boxes, i * width), x = dequantized(boxes, i * width + 1);
    const double h = dequantized(boxes, i * width + 2), w = dequantized(boxes, i * width + 3);
    const double ay = dequantized(anchors, i * 4), ax = dequantized(anchors, i * 4 + 1);
    const double ah = dequantized(anchors, i * 4 + 2), aw = dequantized(anchors, i * 4 + 3);
    const float cy = float(y / p.y_scale * ah + ay), cx = float(x / p.x_scale * aw + ax);
    const float half_h = float(0.5 * std::exp(h / p.h_scale) * ah);
    const float half_w = float(0.5 * std::exp(w / p.w_scale) * aw);
    out[i] = {cy - half_h, cx - half_w, cy + half_h, cx + half_w};
    if (out[i].ymin > out[i].ymax || out[i].xmin > out[i].xmax) {
      return Error(Code::invalid_argument, cat("box ", i, " has a negative size: its anchor is ",
                                               ah, " high and ", aw, " wide"));
    }
  }
  return ok();
}

/// What all steps look at.
struct Input {
  const Run& n;
  const Box* boxes;
  const float* scores;  // of the first class
  int32_t stride, count;
  const float* row(int32_t anchor) const { return scores + int64_t{anchor} * stride; }
};

/// Sorts the first `found` candidates, of twice as many, by score and moves at most `most` that do
/// not overlap a better one to the front, which come back.
Result<std::span<const Candidate>> suppress(const Params& p, const Input& in,
                                            std::span<Candidate> memory, size_t found,
                                            int32_t most) {
  const std::span<Candidate> list = memory.first(found);
  // Anchors come in ascending order: ties by anchor are what a stable sort would give.
  TRY(sort(in.n, list, memory.subspan(found), [](const Candidate& a, const Candidate& b) {
    return a.score > b.score || (a.score == b.score && a.anchor < b.anchor);
  }));
  size_t kept = 0;
  Poller poll(in.n);
  for (size_t i = 0; i < list.size() && kept < size_t(most); ++i) {
    bool hidden = false;
    for (size_t k = 0; k < kept && !hidden; ++k) {
      TRY(poll(8));
      hidden = overlap(in.boxes[list[k].anchor], in.boxes[list[i].anchor]) > p.iou_threshold;
    }
    if (!hidden) list[kept++] = list[i];
  }
  return std::span<const Candidate>(list.first(kept));
}

/// Where the detections go.
struct Output {
  Box* boxes;
  float *classes, *scores, *count;
  void set(int64_t slot, const Box& box, int32_t label, float score) const {
    boxes[slot] = box;
    classes[slot] = float(label);
    scores[slot] = score;
  }
};

/// The class with the best score that is not among `taken`; the first of equal ones.
Result<int32_t> best_class(const float* scores, int32_t classes, std::span<const float> taken,
                           Poller& poll) {
  int32_t best = -1;
  TRY(poll(classes));
  for (int32_t c = 0; c < classes; ++c) {
    if (best >= 0 && !(scores[c] > scores[best])) continue;
    TRY(poll(int64_t(taken.size())));
    if (std::find(taken.begin(), taken.end(), float(c)) == taken.end()) best = c;
  }
  return best;
}

Status run_fast(const Params& p, const Input& in, std::span<Candidate> candidates,
                const Output& out) {
  size_t found = 0;
  Poller poll(in.n);
  for (int32_t i = 0; i < in.count; ++i) {
    TRY_SET(const int32_t best, best_class(in.row(i), p.classes, {}, poll));
    const float score = in.row(i)[best];
    if (score >= p.score_threshold) candidates[found++] = {i, best, score};
  }
  TRY_SET(const auto kept, suppress(p, in, candidates, found, p.max_detections));
  const int32_t each = std::min(p.classes_per_detection, p.classes);
  for (size_t i = 0; i < kept.size(); ++i) {
    const float* row = in.row(kept[i].anchor);
    const int64_t first = int64_t(p.classes_per_detection) * int64_t(i);
    for (int32_t rank = 0; rank < each; ++rank) {
      const std::span<const float> taken(out.classes + first, size_t(rank));
      TRY_SET(const int32_t best, best_class(row, p.classes, taken, poll));
      out.set(first + rank, in.boxes[kept[i].anchor], best, row[best]);
    }
  }
  out.count[0] = float(kept.size());
  return ok();
}

Status run_regular(const Params& p, const Input& in, std::span<Candidate> candidates,
                   std::span<Candidate> best, const Output& out) {
  const auto merged = best.subspan(size_t(p.max_detections));
  size_t kept = 0;
  Poller poll(in.n);
  for (int32_t c = 0; c < p.classes; ++c) {
    size_t found = 0;
    TRY(poll(int64_t{in.count} + int64_t(kept)));
    for (int32_t i = 0; i < in.count; ++i) {
      const float score = in.row(i)[c];
      if (score >= p.score_threshold) candidates[found++] = {i, c, score};
    }
    TRY_SET(const auto here, suppress(p, in, candidates, found, kept_per_class(p)));
    // Merge two sorted lists; of equal scores the earlier class comes first.
    size_t a = 0, b = 0, total = 0;
    while (total < size_t(p.max_detections) && (a < kept || b < here.size())) {
      const bool old = b == here.size() || (a < kept && best[a].score >= here[b].score);
      merged[total++] = old ? best[a++] : here[b++];
    }
    std::copy_n(merged.begin(), total, best.begin());
    kept = total;
  }
  for (size_t i = 0; i < kept; ++i) {
    out.set(int64_t(i), in.boxes[best[i].anchor], best[i].column, best[i].score);
  }
  out.count[0] = float(kept);
  return ok();
}

Status run(const Params& p, Run& n) {
  auto* boxes = reinterpret_cast<Box*>(n.scratch(kBoxes).data());
  TRY(decode(p, n, boxes));
  const Tensor& given = n.in(1);
  const float* scores = reinterpret_cast<const float*>(given.data);
  if (given.type == Type::u8) {
    auto* real = reinterpret_cast<float*>(n.scratch(kScores).data());
    for (int64_t i = 0; i < given.shape.elements(); ++i) real[i] = dequantized(given, i);
    scores = real;
  }
  for (int i = 0; i < 3; ++i) std::memset(n.out(i).data, 0, n.out(i).bytes);
  const Output out{reinterpret_cast<Box*>(n.out(0).data), n.out_data<float>(1),
                   n.out_data<float>(2), n.out_data<float>(3)};
  const int32_t count = given.shape[1], stride = given.shape[2];
  const Input in{n, boxes, scores + (stride - p.classes), stride, count};
  const std::span candidates(reinterpret_cast<Candidate*>(n.scratch(kCandidates).data()),
                             2 * size_t(count));
  const std::span best(reinterpret_cast<Candidate*>(n.scratch(kKept).data()),
                       2 * size_t(p.max_detections));
  return p.regular ? run_regular(p, in, candidates, best, out) : run_fast(p, in, candidates, out);
}

}  // namespace

extern constinit const OpDef detection_post_process = define_op<Params, parse, infer>(
    {.name = "TFLite_Detection_PostProcess", .versions = {1, 1}},
    {{Type::f32, bind<Params, run>}, {Type::u8, bind<Params, run>}});

}  // namespace samara::ops
