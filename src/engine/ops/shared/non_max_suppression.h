// NON_MAX_SUPPRESSION_V4 and V5: of overlapping boxes the one with the best score. V5 (soft) lowers
// the score of a box by those that it overlaps: score * exp(-overlap^2 / (2 sigma)).
// Inputs: boxes [n, 4] of any two opposite corners (y, x, y, x), scores [n], how many at most,
// overlap and score threshold, V5: sigma. Outputs: indices, V5: scores, both filled up with 0, and
// how many are valid.
// Rules from: LiteRT tflite/kernels/non_max_suppression.cc,
// internal/reference/non_max_suppression.h; Bodla et al., "Soft-NMS" (2017).
#pragma once

#include <cmath>

#include "engine/graph/poller.h"
#include "engine/ops/shared/box.h"
#include "engine/ops/shared/move.h"

namespace samara::ops::nms {

enum Operand { kBoxes, kScores, kMost, kOverlap, kThreshold, kSigma };

/// A box that is neither chosen nor given up; it need not be compared with chosen ones before
/// `begin` again.
struct Candidate {
  int32_t index;
  float score;
  int32_t begin;
};

template <bool soft>
Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(soft ? 6 : 5, soft ? 3 : 2));
  for (const int i : {kBoxes, kScores, kOverlap, kThreshold}) {
    TRY(n.has_type(n.in(i), {Type::f32}));
  }
  TRY(n.has_type(n.in(kMost), {Type::i32}));
  TRY(n.has_rank(n.in(kBoxes), 2));
  TRY(n.has_rank(n.in(kScores), 1));
  const Shape& boxes = n.in(kBoxes).shape;
  if (boxes[1] != 4 || n.in(kScores).shape[0] != boxes[0]) {
    return Error(Code::invalid_model, cat("has boxes of shape ", boxes.text(), " and scores of ",
                                          n.in(kScores).shape.text()));
  }
  for (int i = kMost; i < n.inputs(); ++i) TRY(n.has_rank(n.in(i), 0));
  const int last = soft ? 2 : 1;
  TRY(n.has_type(n.out(0), {Type::i32}));
  TRY(n.has_type(n.out(last), {Type::i32}));
  TRY(n.scratch(0, int64_t{boxes[0]} * int64_t{sizeof(Candidate)}));
  if constexpr (soft) {
    TRY(n.has_type(n.in(kSigma), {Type::f32}));
    TRY(n.has_type(n.out(1), {Type::f32}));
  }
  TRY(n.set_shape(n.out(last), {}));
  if (!n.known(kMost)) return n.defer();
  const int32_t most = n.values<int32_t>(kMost)[0];
  if (most < 0) return value_error(n, kMost, cat("at most ", most, " boxes are wanted"));
  if constexpr (soft) TRY(n.set_shape(n.out(1), {most}));
  return n.set_shape(n.out(0), {most});
}

inline Box box_at(const float* boxes, int32_t i) {
  const float* b = boxes + int64_t{i} * 4;
  return {std::min(b[0], b[2]), std::min(b[1], b[3]), std::max(b[0], b[2]), std::max(b[1], b[3])};
}

struct Limits {
  float overlap, score, sigma;
};

/// Lowers the candidate's score by the boxes chosen so far; false: one of them covers it.
inline Result<bool> compare(const float* boxes, const Limits& limits,
                            std::span<const int32_t> chosen, Candidate& c, Poller& poll) {
  const float scale = limits.sigma > 0 ? float(-0.5 / limits.sigma) : 0.0f;
  for (auto j = int32_t(chosen.size()) - 1; j >= c.begin; --j) {
    TRY(poll(8));
    const float share = overlap(box_at(boxes, c.index), box_at(boxes, chosen[size_t(j)]));
    if (share >= limits.overlap) return false;
    if (limits.sigma > 0) c.score *= std::exp(scale * share * share);
    if (c.score <= limits.score) break;
  }
  return true;
}

template <bool soft>
Status run(const NoParams&, Run& n) {
  const Limits limits{*n.in_data<float>(kOverlap), *n.in_data<float>(kThreshold),
                      soft ? *n.in_data<float>(kSigma) : 0.0f};
  if (!(limits.sigma >= 0)) return value_error(n, kSigma, cat("sigma is ", limits.sigma));
  const std::span<const float> scores = n.view<const float>(n.in(kScores));
  const std::span<int32_t> indices = n.view<int32_t>(n.out(0));
  auto* queue = reinterpret_cast<Candidate*>(n.scratch(0).data());
  // A heap that is filled and emptied as the reference's: equal scores leave it in the same order.
  const auto worse = [](const Candidate& a, const Candidate& b) { return a.score < b.score; };
  size_t size = 0;
  Poller poll(n);
  const auto push = [&](const Candidate& c) {
    queue[size++] = c;
    std::push_heap(queue, queue + size, worse);
  };
  for (size_t i = 0; i < scores.size(); ++i) {
    TRY(poll(4));
    if (scores[i] > limits.score) push({int32_t(i), scores[i], 0});
  }
  size_t count = 0;
  while (count < indices.size() && size > 0) {
    TRY(poll(32));
    std::pop_heap(queue, queue + size, worse);
    Candidate next = queue[--size];
    const float score = next.score;
    if (next.begin < 0) continue;  // chosen before
    const auto chosen = indices.first(count);
    TRY_SET(const bool stays, compare(n.in_data<float>(kBoxes), limits, chosen, next, poll));
    if (!stays) continue;
    next.begin = int32_t(count);
    if (next.score == score) {
      indices[count] = next.index;
      if constexpr (soft) n.out_data<float>(1)[count] = score;
      ++count;
      next.begin = -1;
    }
    if (next.score > limits.score) push(next);
  }
  std::fill(indices.begin() + ptrdiff_t(count), indices.end(), 0);
  if constexpr (soft)
    std::fill(n.out_data<float>(1) + count, n.out_data<float>(1) + indices.size(), 0.0f);
  *n.out_data<int32_t>(soft ? 2 : 1) = int32_t(count);
  return ok();
}

}  // namespace samara::ops::nms
