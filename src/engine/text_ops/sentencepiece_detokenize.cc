// TFSentencepieceDetokenizeOp: ragged codes to texts by the SentencePiece model in the first input.
// Custom operator, version 1.
#include "engine/text_ops/sentencepiece/tokenize.h"

namespace samara::text_ops {

extern constinit const OpDef sentencepiece_detokenize =
    define_detokenize("TFSentencepieceDetokenizeOp");

}  // namespace samara::text_ops
