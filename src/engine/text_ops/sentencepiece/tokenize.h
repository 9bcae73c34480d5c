// The operators that turn texts into codes and codes into texts; two packages have them under
// different names.
#pragma once

#include "engine/text_ops/op.h"
#include "engine/text_ops/sentencepiece/encoder.h"

namespace samara::text_ops {

/// What a tokenizer keeps from run to run, for its memory's sake.
struct TokenizeState {
  Encoder::Workspace workspace;
  std::vector<int32_t> codes;
};
Status infer_tokenize(const NoParams&, Infer& n);
Status prepare_tokenize(const NoParams&, TokenizeState& s, Prepare& n);
Status run_tokenize(const NoParams&, TokenizeState& s, Run& n);

Status infer_detokenize(const NoParams&, Infer& n);
Status run_detokenize(const NoParams&, Run& n);

constexpr OpDef define_tokenize(const char* name) {
  return define_op<NoParams, TokenizeState, parse_none, infer_tokenize, prepare_tokenize>(
      {.name = name}, {{{Type::u8, Type::string}, bind<NoParams, TokenizeState, run_tokenize>}});
}
constexpr OpDef define_detokenize(const char* name) {
  return define_op<NoParams, parse_none, infer_detokenize>(
      {.name = name}, {{{Type::u8, Type::i32, Type::i32}, bind<NoParams, run_detokenize>}});
}

}  // namespace samara::text_ops
