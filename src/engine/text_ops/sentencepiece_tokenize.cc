// TFSentencepieceTokenizeOp: texts to codes by the SentencePiece model in the first input; ragged.
// Custom operator, version 1.
#include "engine/text_ops/sentencepiece/tokenize.h"

namespace samara::text_ops {

extern constinit const OpDef sentencepiece_tokenize = define_tokenize("TFSentencepieceTokenizeOp");

}  // namespace samara::text_ops
