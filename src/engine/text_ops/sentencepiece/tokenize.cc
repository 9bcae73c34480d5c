// Rules from: tflite-support custom_ops/kernel/sentencepiece/sentencepiece_tokenizer_tflite.cc: of
// the seven inputs it reads the model, the texts and the flags for begin, end and reverse; nbest_size
// and alpha, for random tokens, it leaves alone.
#include "engine/text_ops/sentencepiece/tokenize.h"

#include <algorithm>

#include "engine/graph/strings.h"

namespace samara::text_ops {
namespace {

enum Input { kModel, kTexts, kNbestSize, kAlpha, kAddBegin, kAddEnd, kReverse, kInputs };
enum Output { kCodes, kSplits, kOutputs };

Result<Encoder> encoder_of(const Tensor& model) {
  return Encoder::open(std::span(model.data, model.bytes));
}

}  // namespace

Status infer_tokenize(const NoParams&, Infer& n) {
  TRY(n.arity(kInputs, kOutputs));
  for (const int flag : {kAddBegin, kAddEnd, kReverse}) {
    TRY(n.has_type(n.in(flag), {Type::boolean}));
    if (n.in(flag).shape.elements() != 1)
      return Error(Code::invalid_model, cat("input ", flag, " must be one flag, but has shape ",
                                            n.in(flag).shape.text()));
  }
  TRY(n.has_type(n.out(kCodes), {Type::i32}));
  TRY(n.has_type(n.out(kSplits), {Type::i32}));
  if (n.known(kModel)) TRY(encoder_of(n.in(kModel)));
  const int64_t texts = n.in(kTexts).shape.elements();
  if (texts >= INT32_MAX) return Error(Code::resource_exhausted, "has too many texts");
  TRY(n.set_shape(n.out(kSplits), Shape{int32_t(texts) + 1}));
  return n.sized_by_run(n.out(kCodes));
}

Status prepare_tokenize(const NoParams&, TokenizeState&, Prepare&) { return ok(); }

Status run_tokenize(const NoParams&, TokenizeState& s, Run& n) {
  TRY_SET(const Encoder encoder, encoder_of(n.in(kModel)));
  TRY_SET(const Strings texts, Strings::open(n.in(kTexts)));
  const auto flag = [&](int i) { return *n.in_data<uint8_t>(i) != 0; };
  const Encoder::Marks marks{flag(kAddBegin), flag(kAddEnd), flag(kReverse)};
  const auto splits = n.view<int32_t>(n.out(kSplits));
  s.codes.clear();
  splits[0] = 0;
  for (size_t i = 1; i < splits.size(); ++i) {
    TRY(encoder.encode(texts[int64_t(i) - 1], marks, n, s.workspace, s.codes));
    if (s.codes.size() > INT32_MAX)
      return Error(Code::resource_exhausted, "the texts have too many codes");
    splits[i] = int32_t(s.codes.size());
  }
  TRY(n.resize(n.out(kCodes), Shape{int32_t(s.codes.size())}));
  std::ranges::copy(s.codes, n.out_data<int32_t>(kCodes));
  return ok();
}

}  // namespace samara::text_ops
