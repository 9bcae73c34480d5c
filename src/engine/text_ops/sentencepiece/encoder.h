// Texts to the codes of their most likely pieces.
#pragma once

#include <string>
#include <vector>

#include "engine/schema/generated/sentencepiece_generated.h"
#include "engine/text_ops/op.h"

namespace samara::text_ops {

/// A SentencePiece model for encoding, read in place: the bytes must outlive it.
class Encoder {
 public:
  /// Errors: invalid_model
  static Result<Encoder> open(std::span<const std::byte> model);

  /// Which codes stand around a text's, and their order.
  struct Marks {
    bool begin = false, end = false, reverse = false;
  };
  /// The best way to a place in a text: the last piece's code and where it starts; -1: no way yet.
  struct Step {
    float score = 0;
    int32_t code = -1, from = -1;
  };
  /// Memory that texts have in common.
  struct Workspace {
    std::string text, other;
    std::vector<Step> steps;
  };
  /// Appends the text's codes.
  ///
  /// Errors   invalid_model       a piece or replacement lies outside of the model
  ///          resource_exhausted  the text has more than 4 MiB, as normalized
  ///          cancelled, deadline_exceeded
  Status encode(std::string_view text, const Marks& marks, const Run& n, Workspace& w,
                std::vector<int32_t>& codes) const;

 private:
  explicit Encoder(const fb::sentencepiece::Encoder& model) : model_(&model) {}
  Status normalize(std::string_view text, Workspace& w) const;
  Status replace(Workspace& w) const;
  Status search(std::string_view text, const Run& n, std::vector<Step>& steps) const;

  const fb::sentencepiece::Encoder* model_;
};

}  // namespace samara::text_ops
