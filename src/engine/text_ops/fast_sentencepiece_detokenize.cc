// TFText>FastSentencepieceDetokenize: TFSentencepieceDetokenizeOp as TensorFlow Text names it.
// Custom operator, version 1.
#include "engine/text_ops/sentencepiece/tokenize.h"

namespace samara::text_ops {

extern constinit const OpDef fast_sentencepiece_detokenize =
    define_detokenize("TFText>FastSentencepieceDetokenize");

}  // namespace samara::text_ops
