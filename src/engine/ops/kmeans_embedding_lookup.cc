// KmeansEmbeddingLookup: the mean of the tokens' embeddings; a token's embedding is put together
// from blocks of the codebook (input 2) that its row of the encoding table (input 1) names. Tokens
// end at the first 0. Custom operator, version 1. Rules from: MediaPipe
// mediapipe/tasks/cc/text/language_detector/custom_ops/kmeans_embedding_lookup.cc.
#include <algorithm>

#include "engine/graph/poller.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 1));
  const Tensor &tokens = n.in(0), &encodings = n.in(1), &codebook = n.in(2);
  TRY(n.has_type(tokens, {Type::i32}));
  TRY(n.has_type(encodings, {Type::u8}));
  TRY(n.has_type(codebook, {Type::f32}));
  TRY(n.has_type(n.out(0), {Type::f32}));
  for (const int i : {0, 1, 2}) TRY(n.has_rank(n.in(i), 2));
  if (tokens.shape[0] != 1)
    return Error(Code::unsupported, cat("takes a batch of 1, not ", tokens.shape[0]));
  const int64_t size = int64_t{encodings.shape[1]} * codebook.shape[1];
  if (!narrow<int32_t>(size))
    return Error(Code::resource_exhausted, cat("would give ", size, " numbers"));
  return n.set_shape(n.out(0), Shape{1, int32_t(size)});
}

Status add_token(Run& n, int32_t token, float* to) {
  const Shape &encodings = n.in(1).shape, &codebook = n.in(2).shape;
  if (token < 0 || token >= encodings[0])
    return value_error(n, 0, cat("token ", token, " is out of range, [0, ", encodings[0], ")"));
  const uint8_t* const row = n.in_data<uint8_t>(1) + int64_t{token} * encodings[1];
  const int64_t width = codebook[1];
  for (int64_t i = 0; i < encodings[1]; ++i, to += width) {
    if (row[i] >= codebook[0])
      return value_error(n, 1,
                         cat("block ", int(row[i]), " of token ", token, " is out of range, [0, ",
                             codebook[0], ")"));
    const float* const block = n.in_data<float>(2) + row[i] * width;
    for (int64_t k = 0; k < width; ++k) to[k] += block[k];
  }
  return ok();
}

Status run(const NoParams&, Run& n) {
  const auto out = n.view<float>(n.out(0));
  std::fill(out.begin(), out.end(), 0.0f);
  int64_t count = 0;
  Poller poll(n);
  for (const int32_t token : n.view<const int32_t>(n.in(0))) {
    if (token == 0) break;
    TRY(poll(int64_t(out.size())));
    TRY(add_token(n, token, out.data()));
    ++count;
  }
  for (float& x : out) x /= float(std::max<int64_t>(count, 1));
  return ok();
}

}  // namespace

extern constinit const OpDef kmeans_embedding_lookup =
    define_op<NoParams, parse_none, infer>({.name = "KmeansEmbeddingLookup", .code = 32},
                                           {{{kAny, kAny, Type::f32}, bind<NoParams, run>}});

}  // namespace samara::ops
