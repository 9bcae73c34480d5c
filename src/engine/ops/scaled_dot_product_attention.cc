// odml.scaled_dot_product_attention: softmax(scale * query x key + mask) x value, for each head.
// Custom operator. Inputs: query [batch, t, heads, width], key [batch, s, kv_heads, width], value
// [batch, s, kv_heads, depth], mask, broadcast to [batch, heads, t, s]. Each kv head serves
// heads / kv_heads query heads. Output: [batch, t, heads, depth]. Option: scale, by default
// 1 / sqrt(width).
// Rules from: LiteRT tflite/experimental/genai/sdpa.cc.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

enum Operand { kQuery, kKey, kValue, kMask, kOperands };

struct Params {
  float scale = 0;  // 0: by the width
};

Result<Params> parse(const OpView& v) {
  if (v.custom().empty()) return Params{};
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  const float scale = options.number("scale");
  return Params{scale > 0 ? scale : 0};
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(kOperands, 1));
  for (int i = 0; i < kOperands; ++i) {
    TRY(n.has_type(n.in(i), {Type::f32}));
    TRY(n.has_rank(n.in(i), 4));
  }
  const Shape &q = n.in(kQuery).shape, &k = n.in(kKey).shape, &v = n.in(kValue).shape;
  const Shape& mask = n.in(kMask).shape;
  const bool heads = k[2] > 0 && q[2] % k[2] == 0;
  if (k[0] != q[0] || !heads || k[3] != q[3] || v[0] != k[0] || v[1] != k[1] || v[2] != k[2]) {
    return Error(Code::invalid_model, cat("has query ", q.text(), ", key ", k.text(), " and value ",
                                          v.text(), ", which do not fit"));
  }
  const Shape scores{q[0], q[2], q[1], k[1]};
  for (int i = 0; i < 4; ++i) {
    if (mask[i] != 1 && mask[i] != scores[i]) {
      return Error(Code::invalid_model,
                   cat("mask ", mask.text(), " does not fit scores ", scores.text()));
    }
  }
  TRY(n.same_type(n.in(kQuery), n.out(0)));
  TRY(n.set_shape(n.out(0), {q[0], q[1], q[2], v[3]}));
  // A row of scores for each task.
  const auto rows = checked_mul<int64_t>(int64_t{q[0]} * q[2], k[1]);
  const auto bytes = rows ? checked_mul<int64_t>(*rows, sizeof(float)) : std::nullopt;
  if (!bytes) return Error(Code::resource_exhausted, "has too many scores");
  return n.scratch(0, *bytes);
}

/// In place.
void softmax(std::span<float> row) {
  float most = -std::numeric_limits<float>::infinity(), sum = 0;
  for (const float x : row) most = std::max(most, x);
  for (float& x : row) sum += x = std::exp(x - most);
  for (float& x : row) x /= sum;
}

/// One head of one batch, all its queries.
void attend(const Run& n, float scale, int32_t b, int32_t head, std::span<float> row) {
  const Shape &q = n.in(kQuery).shape, &v = n.in(kValue).shape, &mask = n.in(kMask).shape;
  const int32_t keys = v[1], width = q[3], depth = v[3], kv_heads = v[2];
  const int32_t kv_head = head / (q[2] / kv_heads);
  const auto at = [](int32_t size, int32_t i) { return size == 1 ? 0 : i; };
  for (int32_t t = 0; t < q[1]; ++t) {
    const int64_t place = (int64_t{b} * q[1] + t) * q[2] + head;
    const float* query = n.in_data<float>(kQuery) + place * width;
    const int64_t line =
        ((int64_t{at(mask[0], b)} * mask[1] + at(mask[1], head)) * mask[2] + at(mask[2], t)) *
        mask[3];
    for (int32_t s = 0; s < keys; ++s) {
      const int64_t kv = (int64_t{b} * keys + s) * kv_heads + kv_head;
      const float* key = n.in_data<float>(kKey) + kv * width;
      float sum = 0;
      for (int32_t i = 0; i < width; ++i) sum += query[i] * scale * key[i];
      row[size_t(s)] = sum + n.in_data<float>(kMask)[line + at(mask[3], s)];
    }
    softmax(row);
    float* out = n.out_data<float>(0) + place * depth;
    std::fill_n(out, depth, 0.0f);
    for (int32_t s = 0; s < keys; ++s) {
      const int64_t kv = (int64_t{b} * keys + s) * kv_heads + kv_head;
      const float* value = n.in_data<float>(kValue) + kv * depth;
      for (int32_t i = 0; i < depth; ++i) out[i] += row[size_t(s)] * value[i];
    }
  }
}

Status run(const Params& p, Run& n) {
  const Shape &q = n.in(kQuery).shape, &v = n.in(kValue).shape;
  const float scale = p.scale > 0 ? p.scale : float(1 / std::sqrt(double(q[3])));
  auto* rows = reinterpret_cast<float*>(n.scratch(0).data());
  const int32_t heads = q[2], keys = v[1];
  const int64_t cost = int64_t{q[1]} * keys * (int64_t{q[3]} + v[3] + 8);
  for_elements(
      n.pool(), int64_t{q[0]} * heads,
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          attend(n, scale, int32_t(i / heads), int32_t(i % heads), {rows + i * keys, size_t(keys)});
        }
      },
      cost);
  return n.poll();
}

}  // namespace

extern constinit const OpDef scaled_dot_product_attention = define_op<Params, parse, infer>(
    {.name = "odml.scaled_dot_product_attention"}, {{Type::f32, bind<Params, run>}});

}  // namespace samara::ops
