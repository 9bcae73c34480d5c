// TFText>FastSentencepieceTokenize: TFSentencepieceTokenizeOp as TensorFlow Text names it.
// Custom operator, version 1.
#include "engine/text_ops/sentencepiece/tokenize.h"

namespace samara::text_ops {

extern constinit const OpDef fast_sentencepiece_tokenize =
    define_tokenize("TFText>FastSentencepieceTokenize");

}  // namespace samara::text_ops
