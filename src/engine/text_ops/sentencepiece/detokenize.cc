// Rules from: tflite-support custom_ops/kernel/sentencepiece (sentencepiece_detokenizer_tflite.cc,
// optimized_decoder.cc): a text is its codes' pieces one after the other, without the space that the
// first begins with where the model says so. Of the row splits only the differences count.
#include "engine/graph/strings.h"
#include "engine/schema/generated/sentencepiece_generated.h"
#include "engine/text_ops/sentencepiece/tokenize.h"
#include "engine/text_ops/splits.h"

namespace samara::text_ops {
namespace {

enum Input { kModel, kCodes, kSplits, kInputs };

using Decoder = fb::sentencepiece::Decoder;

Result<const Decoder*> decoder_of(const Tensor& model) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(model.data);
  flatbuffers::Verifier verifier(bytes, model.bytes);
  if (model.bytes < 8 || !verifier.VerifyBuffer<Decoder>(nullptr))
    return Error(Code::invalid_model, "its SentencePiece model is no sound flatbuffer");
  const auto* decoder = flatbuffers::GetRoot<Decoder>(bytes);
  if (decoder->version() != fb::sentencepiece::Version_SENTENCE_PIECE)
    return Error(Code::unsupported, cat("its SentencePiece model has version ",
                                        int(decoder->version()), "; only 0 is known"));
  if (decoder->decode_pieces() == nullptr)
    return Error(Code::invalid_model, "its SentencePiece model has no pieces for decoding");
  return decoder;
}

/// Calls piece(text) for each code of a text.
template <class Piece>
Status decode(const Decoder& decoder, std::span<const int32_t> codes, const Piece& piece) {
  const auto& pieces = *decoder.decode_pieces();
  bool first = decoder.remove_dummy_prefix();
  for (const int32_t code : codes) {
    const int64_t i = int64_t{code} - decoder.encoding_offset();
    if (i < 0 || i >= int64_t{pieces.size()})
      return Error(Code::invalid_argument, cat("code ", code, " is none of the ", pieces.size(),
                                               " from ", decoder.encoding_offset()));
    std::string_view text = pieces.GetAsString(uint32_t(i))->c_str();  // up to a zero in it
    if (first && text.starts_with(' ')) text.remove_prefix(1);
    first = false;
    piece(text);
  }
  return ok();
}

}  // namespace

Status infer_detokenize(const NoParams&, Infer& n) {
  TRY(n.arity(kInputs, 1));
  TRY(n.has_rank(n.in(kSplits), 1));
  if (n.in(kSplits).shape[0] == 0) return Error(Code::invalid_model, "the row splits are empty");
  TRY(n.has_type(n.out(0), {Type::string}));
  if (n.known(kModel)) TRY(decoder_of(n.in(kModel)));
  return n.sized_by_run(n.out(0));
}

Status run_detokenize(const NoParams&, Run& n) {
  TRY_SET(const Decoder* const decoder, decoder_of(n.in(kModel)));
  const auto codes = n.view<const int32_t>(n.in(kCodes));
  const auto splits = n.view<const int32_t>(n.in(kSplits));
  TRY(check_splits(n.in(kSplits), splits, int64_t(codes.size())));
  const auto row = [&](size_t i) {
    return codes.subspan(size_t(splits[i] - splits[0]), size_t(splits[i + 1] - splits[i]));
  };
  int64_t bytes = 0;
  for (size_t i = 0; i + 1 < splits.size(); ++i) {
    TRY(n.poll());
    TRY(decode(*decoder, row(i), [&](std::string_view t) { bytes += int64_t(t.size()); }));
  }
  const Shape shape{int32_t(splits.size()) - 1};
  TRY_SET(StringsWriter out, StringsWriter::open(n, n.out(0), shape, bytes));
  for (size_t i = 0; i + 1 < splits.size(); ++i) {
    TRY(decode(*decoder, row(i), [&](std::string_view t) { out.add(t); }));
    out.end();
  }
  return ok();
}

}  // namespace samara::text_ops
