// PosenetDecoderOp: the heat maps and offset fields of PoseNet to the poses of people. Custom operator.
//
// Inputs, float32 or uint8: heat maps [1, h, w, 17] (logits, one a keypoint), short offsets
// [1, h, w, 34] and mid offsets [1, h, w, 64] in pixels: of a list, all y come before all x. The mid
// offsets have the 16 edges of the body twice, away from the nose and back. Outputs, float32, the best
// pose first: keypoints [1, n, 17, 2] (y, x in pixels), their scores [1, n, 17], the poses' scores
// [1, n], and the count [1]. Slots past the count are zero.
// Rules from: google-coral/edgetpu src/cpp/posenet/posenet_decoder{,_op}.cc; Papandreou et al.,
// "PersonLab" (2018). The edge from the left eye back to the nose has its own offsets here, where that
// decoder takes those of two other edges (docs/bugs.md).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/ops/shared/sort.h"

namespace samara::ops {
namespace {

constexpr int kKeypoints = 17, kEdges = 16, kRefinements = 5;
constexpr int kShortDepth = 2 * kKeypoints, kMidDepth = 4 * kEdges;

/// Away from the nose: nose 0; eyes, ears, shoulders, elbows, wrists, hips, knees and ankles, each
/// left and then right.
struct Edge {
  int from, to;
};
constexpr Edge kBody[kEdges] = {{0, 1},  {1, 3},  {0, 2},   {2, 4},   {0, 5}, {5, 7},
                                {7, 9},  {5, 11}, {11, 13}, {13, 15}, {0, 6}, {6, 8},
                                {8, 10}, {6, 12}, {12, 14}, {14, 16}};

struct Params {
  int32_t most = 0, stride = 1;
  float threshold = 0, radius = 0;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  TRY_SET(p.most, options.integer("max_detections", 0, 1, 1 << 20));
  TRY_SET(p.stride, options.integer("stride", 0, 1, 1 << 20));
  p.threshold = options.number("score_threshold");
  p.radius = options.number("nms_radius");
  return p;
}

struct Point {
  float y, x;
};
struct Pose {
  std::array<Point, kKeypoints> at;
  std::array<float, kKeypoints> scores;
  float score;
};
struct Candidate {
  Point at;
  int32_t keypoint;
  float score;
  bool operator<(const Candidate& other) const { return score < other.score; }
};

enum Input { kHeat, kShort, kMid };
enum Slot { kQueue = 3, kPoses, kOrder, kSpare };

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(3, 4));
  constexpr int32_t kDepth[] = {kKeypoints, kShortDepth, kMidDepth};
  const Shape& maps = n.in(kHeat).shape;
  for (const int i : {kHeat, kShort, kMid}) {
    const Tensor& t = n.in(i);
    TRY(n.has_type(t, {Type::f32, Type::u8}));
    if (t.type == Type::u8) TRY(n.quantized(t));
    TRY(n.has_rank(t, 4));
    const Shape wanted{1, maps[1], maps[2], kDepth[i]};
    if (t.shape != wanted)
      return Error(Code::invalid_model,
                   cat("'", t.name, "' has shape ", t.shape.text(), " instead of ", wanted.text()));
    TRY(n.scratch(i, t.shape.elements() * int64_t{sizeof(float)}));
  }
  for (int i = 0; i < 4; ++i) TRY(n.has_type(n.out(i), {Type::f32}));
  TRY(n.scratch(kQueue, maps.elements() * int64_t{sizeof(Candidate)}));
  TRY(n.scratch(kPoses, p.most * int64_t{sizeof(Pose)}));
  TRY(n.scratch(kOrder, p.most * int64_t{sizeof(int32_t)}));
  TRY(n.scratch(kSpare, p.most * int64_t{sizeof(int32_t)}));
  TRY(n.set_shape(n.out(0), {1, p.most, kKeypoints, 2}));
  TRY(n.set_shape(n.out(1), {1, p.most, kKeypoints}));
  TRY(n.set_shape(n.out(2), {1, p.most}));
  return n.set_shape(n.out(3), {1});
}

/// The values of an input times `scale`.
Result<const float*> scaled(const Run& n, int input, float scale) {
  const Tensor& t = n.in(input);
  auto* const to = reinterpret_cast<float*>(n.scratch(input).data());
  Poller poll(n);
  for (int64_t i = 0; i < t.shape.elements(); ++i) {
    TRY(poll());
    if (t.type == Type::f32) {
      to[i] = reinterpret_cast<const float*>(t.data)[i] * scale;
    } else {
      const float q = float(reinterpret_cast<const uint8_t*>(t.data)[i]);
      to[i] = (q - float(t.quant.zero_point())) * (t.quant.scale() * scale);
    }
  }
  return to;
}

float squared_distance(Point a, Point b) {
  const float dy = b.y - a.y, dx = b.x - a.x;
  return dy * dy + dx * dx;
}
float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

/// The numbers of keypoints, the best score first.
std::array<int, kKeypoints> best_first(const std::array<float, kKeypoints>& scores) {
  std::array<int, kKeypoints> order{};
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return scores[size_t(a)] > scores[size_t(b)] ||
           (scores[size_t(a)] == scores[size_t(b)] && a < b);
  });
  return order;
}

/// The maps of one picture, in steps of the stride.
struct Maps {
  const float *heat, *shorts, *mids;
  int32_t height, width;

  /// Into the map; what is not a number, to its edge.
  Point inside(float y, float x) const {
    const auto within = [](float v, int32_t size) {
      return v > 0 ? std::min(v, float(size) - 1.0f) : 0.0f;
    };
    return {within(y, height), within(x, width)};
  }
  float sample(const float* map, int depth, Point at, int channel) const {
    const auto top = int64_t(std::floor(at.y)), bottom = int64_t(std::ceil(at.y));
    const auto left = int64_t(std::floor(at.x)), right = int64_t(std::ceil(at.x));
    const float dy = at.y - float(top), dx = at.x - float(left);
    const auto value = [&](int64_t y, int64_t x) { return map[(y * width + x) * depth + channel]; };
    return (1 - dy) * ((1 - dx) * value(top, left) + dx * value(top, right)) +
           dy * ((1 - dx) * value(bottom, left) + dx * value(bottom, right));
  }
  float score(Point at, int keypoint) const { return sample(heat, kKeypoints, at, keypoint); }
  /// Where the edge whose y offset is the mid offsets' channel `edge` leads from `at`.
  Point follow(Point at, int edge, int keypoint) const {
    at = inside(at.y + sample(mids, kMidDepth, at, edge),
                at.x + sample(mids, kMidDepth, at, edge + kEdges));
    for (int i = 0; i < kRefinements; ++i)
      at = inside(at.y + sample(shorts, kShortDepth, at, keypoint),
                  at.x + sample(shorts, kShortDepth, at, keypoint + kKeypoints));
    return at;
  }
  /// Whether no neighbour has a higher score of the keypoint.
  bool is_peak(int32_t y, int32_t x, int keypoint, float score) const {
    for (int32_t i = std::max(y - 1, 0); i < std::min(y + 2, height); ++i)
      for (int32_t j = std::max(x - 1, 0); j < std::min(x + 2, width); ++j)
        if (heat[(int64_t{i} * width + j) * kKeypoints + keypoint] > score) return false;
    return true;
  }
};

/// All peaks of the heat maps from `threshold` on, as a heap with the best in front.
Result<size_t> find_peaks(const Run& n, const Maps& m, float threshold, Candidate* queue) {
  size_t size = 0;
  Poller poll(n);
  for (int32_t y = 0; y < m.height; ++y)
    for (int32_t x = 0; x < m.width; ++x) {
      TRY(poll(kKeypoints));
      for (int k = 0; k < kKeypoints; ++k) {
        const int64_t place = int64_t{y} * m.width + x;
        const float score = m.heat[place * kKeypoints + k];
        if (!(score >= threshold) || !m.is_peak(y, x, k, score)) continue;
        const float* const offset = m.shorts + place * kShortDepth + k;
        queue[size++] = {m.inside(float(y) + offset[0], float(x) + offset[kKeypoints]), k, score};
        std::push_heap(queue, queue + size);
      }
    }
  return size;
}

/// Follows the body's edges from one keypoint to all others, from the surest on.
void decode(const Maps& m, const Candidate& root, Pose& pose) {
  std::array<Candidate, 1 + 2 * kEdges> queue;
  queue[0] = {root.at, root.keypoint, m.score(root.at, root.keypoint)};
  size_t size = 1;
  std::array<bool, kKeypoints> done{};
  while (size > 0) {
    std::pop_heap(queue.begin(), queue.begin() + ptrdiff_t(size));
    const Candidate next = queue[--size];
    if (done[size_t(next.keypoint)]) continue;
    done[size_t(next.keypoint)] = true;
    pose.at[size_t(next.keypoint)] = next.at;
    pose.scores[size_t(next.keypoint)] = sigmoid(next.score);
    for (const bool back : {false, true})
      for (int e = 0; e < kEdges; ++e) {
        const int from = back ? kBody[e].to : kBody[e].from;
        const int to = back ? kBody[e].from : kBody[e].to;
        if (from != next.keypoint || done[size_t(to)]) continue;
        const Point at = m.follow(next.at, back ? 2 * kEdges + e : e, to);
        queue[size++] = {at, to, m.score(at, to)};
        std::push_heap(queue.begin(), queue.begin() + ptrdiff_t(size));
      }
  }
}

/// Poses that begin at the best peaks; a peak near the same keypoint of an earlier pose begins none.
Result<size_t> find_poses(const Params& p, const Run& n, const Maps& m, float near, Pose* poses) {
  auto* const queue = reinterpret_cast<Candidate*>(n.scratch(kQueue).data());
  const auto threshold = float(-std::log(1.0f / (p.threshold + 1e-6) - 1.0f));
  TRY_SET(size_t size, find_peaks(n, m, threshold, queue));
  size_t count = 0;
  Poller poll(n);
  while (count < size_t(p.most) && size > 0) {
    std::pop_heap(queue, queue + size);
    const Candidate root = queue[--size];
    bool taken = false;
    for (size_t i = 0; i < count && !taken; ++i) {
      TRY(poll());
      taken = squared_distance(root.at, poses[i].at[size_t(root.keypoint)]) <= near;
    }
    TRY(poll(1000));
    if (taken) continue;
    Pose& pose = poses[count];
    decode(m, root, pose);
    pose.score = 0;
    for (const int k : best_first(pose.scores)) pose.score += pose.scores[size_t(k)];
    pose.score /= kKeypoints;
    count += pose.score >= p.threshold;
  }
  return count;
}

Status sort_poses(const Run& n, const Pose* poses, std::span<int32_t> order) {
  std::iota(order.begin(), order.end(), 0);
  const std::span spare(reinterpret_cast<int32_t*>(n.scratch(kSpare).data()), order.size());
  return sort(n, order, spare, [&](int32_t a, int32_t b) {
    return poses[a].score > poses[b].score || (poses[a].score == poses[b].score && a < b);
  });
}

/// Keypoints that a better pose has nearby do not count for a pose's score.
Status rescore(const Run& n, std::span<const int32_t> order, float near, Pose* poses) {
  Poller poll(n);
  for (size_t i = 0; i < order.size(); ++i) {
    Pose& pose = poses[order[i]];
    std::array<bool, kKeypoints> hidden{};
    for (size_t j = 0; j < i; ++j) {
      TRY(poll(kKeypoints));
      for (size_t k = 0; k < kKeypoints; ++k)
        hidden[k] |= squared_distance(pose.at[k], poses[order[j]].at[k]) <= near;
    }
    float sum = 0;
    for (const int k : best_first(pose.scores))
      if (!hidden[size_t(k)]) sum += pose.scores[size_t(k)];
    pose.score = sum / kKeypoints;
  }
  return ok();
}

Status run(const Params& p, Run& n) {
  for (int i = 0; i < 4; ++i) std::memset(n.out(i).data, 0, n.out(i).bytes);
  const Shape& shape = n.in(kHeat).shape;
  if (shape.elements() == 0) return ok();
  Maps m{
      .heat = nullptr, .shorts = nullptr, .mids = nullptr, .height = shape[1], .width = shape[2]};
  const auto step = float(1.0 / p.stride);
  TRY_SET(m.heat, scaled(n, kHeat, 1));
  TRY_SET(m.shorts, scaled(n, kShort, step));
  TRY_SET(m.mids, scaled(n, kMid, step));
  const float radius = p.radius / float(p.stride), near = radius * radius;
  auto* const poses = reinterpret_cast<Pose*>(n.scratch(kPoses).data());
  TRY_SET(const size_t found, find_poses(p, n, m, near, poses));
  const std::span order(reinterpret_cast<int32_t*>(n.scratch(kOrder).data()), found);
  TRY(sort_poses(n, poses, order));
  TRY(rescore(n, order, near, poses));
  TRY(sort_poses(n, poses, order));
  size_t count = 0;
  for (; count < found && poses[order[count]].score >= p.threshold; ++count) {
    const Pose& pose = poses[order[count]];
    for (size_t k = 0; k < kKeypoints; ++k) {
      float* const to = n.out_data<float>(0) + (count * kKeypoints + k) * 2;
      to[0] = pose.at[k].y * float(p.stride);
      to[1] = pose.at[k].x * float(p.stride);
      n.out_data<float>(1)[count * kKeypoints + k] = pose.scores[k];
    }
    n.out_data<float>(2)[count] = pose.score;
  }
  *n.out_data<float>(3) = float(count);
  return ok();
}

}  // namespace

extern constinit const OpDef posenet_decoder = define_op<Params, parse, infer>(
    {.name = "PosenetDecoderOp"}, {{Type::f32, bind<Params, run>}, {Type::u8, bind<Params, run>}});

}  // namespace samara::ops
