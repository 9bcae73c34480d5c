// Rules from: tflite-support custom_ops/kernel/sentencepiece/optimized_encoder.cc, the Viterbi search
// of SentencePiece's unigram models: the score of a way is the sum of its pieces' scores, and the
// first of equals wins, shorter pieces first.
#include "engine/text_ops/sentencepiece/encoder.h"

#include <algorithm>
#include <cstring>

#include "engine/text_ops/sentencepiece/trie.h"

namespace samara::text_ops {
namespace {

constexpr size_t kMostBytes = size_t{4} << 20;
constexpr size_t kBytesPerPoll = size_t{1} << 20;
constexpr std::string_view kSpace = "\xe2\x96\x81";  // U+2581

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Status check_size(const std::string& text) {
  if (text.size() <= kMostBytes) return ok();
  return Error(Code::resource_exhausted,
               cat("a text has more than ", kMostBytes, " bytes when it is normalized"));
}

/// Of two or more spaces in a row one remains, as ' '; one at the end goes.
void remove_extra_spaces(const std::string& in, std::string& out) {
  out.clear();
  for (size_t i = 0; i < in.size();) {
    size_t end = i;
    while (end < in.size() && is_space(in[end])) ++end;
    out += end > i + 1 ? ' ' : in[i];
    i = std::max(end, i + 1);
  }
  if (!out.empty() && is_space(out.back())) out.pop_back();
}

void escape_spaces(const std::string& in, std::string& out) {
  out.clear();
  for (const char c : in) {
    if (is_space(c)) {
      out += kSpace;
    } else {
      out += c;
    }
  }
}

}  // namespace

Result<Encoder> Encoder::open(std::span<const std::byte> model) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(model.data());
  flatbuffers::Verifier verifier(bytes, model.size());
  if (model.size() < 8 || !verifier.VerifyBuffer<fb::sentencepiece::Encoder>(nullptr))
    return Error(Code::invalid_model, "its SentencePiece model is no sound flatbuffer");
  const auto& encoder = *flatbuffers::GetRoot<fb::sentencepiece::Encoder>(bytes);
  if (encoder.version() != fb::sentencepiece::Version_SENTENCE_PIECE)
    return Error(Code::unsupported, cat("its SentencePiece model has version ",
                                        int(encoder.version()), "; only 0 is known"));
  if (Trie(encoder.pieces()).empty() || encoder.pieces_scores() == nullptr)
    return Error(Code::invalid_model, "its SentencePiece model has no pieces for encoding");
  return Encoder(encoder);
}

Status Encoder::replace(Workspace& w) const {
  const Trie prefixes(model_->normalized_prefixes());
  const auto* texts = model_->normalized_replacements();
  if (prefixes.empty() || texts == nullptr) return ok();
  const std::string_view in = w.text;
  const std::string_view all(reinterpret_cast<const char*>(texts->data()), texts->size());
  w.other.clear();
  for (size_t i = 0; i < in.size();) {
    int32_t found = -1;
    size_t taken = 0;
    prefixes.walk(in.substr(i), [&](int32_t value, size_t bytes) {
      found = value;
      taken = bytes;
    });
    if (taken == 0) {
      w.other += in[i++];
      continue;
    }
    const size_t end = size_t(found) < all.size() ? all.find('\0', size_t(found)) : all.npos;
    if (end == all.npos)
      return Error(Code::invalid_model,
                   cat("its SentencePiece model lacks the replacement at ", found));
    w.other += all.substr(size_t(found), end - size_t(found));
    TRY(check_size(w.other));
    i += taken;
  }
  w.text.swap(w.other);
  return ok();
}

/// Leaves the normalized text in w.text.
Status Encoder::normalize(std::string_view text, Workspace& w) const {
  w.text.clear();
  if (text.empty()) return ok();
  if (text.size() >= kMostBytes) return check_size(std::string(kMostBytes + 1, ' '));
  if (model_->add_dummy_prefix()) w.text += ' ';
  w.text += text;
  TRY(replace(w));
  if (model_->remove_extra_whitespaces()) {
    remove_extra_spaces(w.text, w.other);
    w.text.swap(w.other);
  }
  if (model_->escape_whitespaces()) {
    escape_spaces(w.text, w.other);
    w.text.swap(w.other);
  }
  return check_size(w.text);
}

/// steps[i] becomes the best way to the first i bytes.
Status Encoder::search(std::string_view text, const Run& n, std::vector<Step>& steps) const {
  const Trie pieces(model_->pieces());
  const auto& scores = *model_->pieces_scores();
  const int32_t unknown = model_->unknown_code();
  steps.assign(text.size() + 1, Step{});
  size_t work = 0;
  int64_t outside = -1;
  for (size_t i = 0; i < text.size(); ++i) {
    if (work >= kBytesPerPoll || i == 0) {
      TRY(n.poll());
      work = 0;
    }
    const Step here = steps[i];
    if (i > 0 && here.from < 0) continue;
    if (unknown >= 0) {
      Step& next = steps[i + 1];
      const float score = here.score + model_->unknown_penalty();
      // Neighbours that are unknown become one code.
      if (next.from < 0 || next.score < score)
        next = {score, unknown, here.code == unknown ? here.from : int32_t(i)};
    }
    work += 1 + pieces.walk(text.substr(i), [&](int32_t piece, size_t bytes) {
      if (uint32_t(piece) >= scores.size()) {
        outside = piece;
        return;
      }
      Step& next = steps[i + bytes];
      const float score = here.score + scores.Get(uint32_t(piece));
      if (next.from < 0 || next.score < score) next = {score, piece, int32_t(i)};
    });
    if (outside >= 0)
      return Error(Code::invalid_model,
                   cat("its SentencePiece model names piece ", outside, " of ", scores.size()));
  }
  return ok();
}

Status Encoder::encode(std::string_view text, const Marks& marks, const Run& n, Workspace& w,
                       std::vector<int32_t>& codes) const {
  TRY(normalize(text, w));
  TRY(search(w.text, n, w.steps));
  const size_t first = codes.size();
  if (marks.end) codes.push_back(model_->end_code());
  if (w.steps.back().from >= 0) {
    for (auto at = int32_t(w.text.size()); at > 0; at = w.steps[size_t(at)].from) {
      const int32_t code = w.steps[size_t(at)].code;
      const auto moved = int32_t(uint32_t(code) + uint32_t(model_->encoding_offset()));
      codes.push_back(code == model_->unknown_code() ? code : moved);
    }
  }
  if (marks.begin) codes.push_back(model_->start_code());
  if (!marks.reverse) std::reverse(codes.begin() + ptrdiff_t(first), codes.end());
  return ok();
}

}  // namespace samara::text_ops
