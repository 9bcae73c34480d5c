// From a verified flatbuffer to the plain structures of model_file.h, checking on the way all that
// the flatbuffer verifier cannot know: indices, sizes, tables that must agree.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "engine/schema/external_files.h"
#include "engine/schema/generated/tflite_generated.h"
#include "engine/schema/storage.h"
#include "samara/schema/model_file.h"

namespace samara::schema {

/// What a ModelFile answers with; views point into the Storage or into `texts`.
struct Contents {
  uint32_t version = 0;
  std::string_view description;
  std::vector<OperatorCode> codes;
  std::vector<Subgraph> subgraphs;
  std::vector<Signature> signatures;
  std::vector<MetadataEntry> metadata;
  std::deque<std::string> texts;
};

/// Verifies `storage` as a model and decodes it.
Result<Contents> decode(Storage& storage, ExternalFiles& external, const Limits& limits);

/// "tensor 17 'conv1/w'", for messages; a long name is cut.
std::string label(std::string_view what, size_t index, std::string_view name);
std::string label(const Contents& contents, size_t index, const Operator& op);

/// The state of one decode(), and the parts of it that have files of their own.
class Decoder {
 public:
  Decoder(const fb::Model& model, Storage& storage, ExternalFiles& external, const Limits& limits)
      : model_(model),
        storage_(storage),
        external_(external),
        limits_(limits),
        budget_(storage.structure().size() * uint64_t{4} + (16 << 20)),
        keep_budget_(storage.size() * 4 + (16 << 20)) {}
  Result<Contents> run();

 private:
  // decode.cc
  Result<OperatorCode> code(const fb::OperatorCode& code);
  Result<Subgraph> subgraph(const fb::SubGraph& graph);
  Result<Operator> operator_of(const fb::Operator& op, const Subgraph& graph);
  Status options(const fb::Operator& op, int builtin, Operator& out);
  Result<Signature> signature(const fb::SignatureDef& signature);
  Result<std::vector<Signature::Entry>> entries(
      const flatbuffers::Vector<flatbuffers::Offset<fb::TensorMap>>* maps,
      const std::vector<int32_t>& allowed);
  Status metadata();
  Result<std::string_view> text(const flatbuffers::String* text);

  // decode_tensor.cc
  Result<Tensor> tensor(const fb::Tensor& tensor, size_t tensors);
  Status shape(const fb::Tensor& tensor, Tensor& out);
  Status constant(const fb::Tensor& tensor, Tensor& out);
  Status quantization(const fb::QuantizationParameters& q, size_t tensors, Tensor& out);
  Status affine(const fb::QuantizationParameters& q, Tensor& out);
  Status blockwise(const fb::BlockwiseQuantization& q, size_t tensors, Quantization& out);
  Result<std::span<const std::byte>> buffer(uint32_t index);
  Result<std::span<const std::byte>> external(uint32_t id);
  /// Where nobody else can change them, and aligned.
  Result<std::span<const std::byte>> keep(std::span<const std::byte> bytes);

  /// A hostile file may name the same long vector a million times; what is decoded, and what is
  /// looked at, is bounded by a multiple of the file's size.
  Status spend(uint64_t bytes) { return take(bytes, budget_); }
  static Status take(uint64_t bytes, uint64_t& budget);
  template <class Out, class In>
  Result<std::vector<Out>> list(const flatbuffers::Vector<In>* from) {
    std::vector<Out> out;
    if (!from) return out;
    TRY(spend(uint64_t{from->size()} * sizeof(Out)));
    out.assign(from->begin(), from->end());
    return out;
  }
  Result<std::vector<int32_t>> indices(const flatbuffers::Vector<int32_t>* from, size_t tensors,
                                       bool may_be_absent, std::string_view what);

  const fb::Model& model_;
  Storage& storage_;
  ExternalFiles& external_;
  const Limits& limits_;
  uint64_t budget_;       // of structures
  uint64_t keep_budget_;  // of constants' bytes
  uint64_t tensors_ = 0, operators_ = 0;
  Contents out_;
  std::unordered_map<const std::byte*, std::span<const std::byte>> kept_;
  std::unordered_map<uint32_t, const fb::ExternalBuffer*> external_by_id_;
  std::unordered_map<uint32_t, std::span<const std::byte>> external_data_;
};

/// Checks the offset table of a packed string tensor: `count` strings, all inside the bytes.
Status check_strings(std::span<const std::byte> bytes, uint64_t count);

/// Reads and checks how a sparse tensor is stored; `values`: how many elements it must hold;
/// `spend`: Decoder::spend.
Result<Sparsity> decode_sparsity(const fb::SparsityParameters& from,
                                 const std::vector<int32_t>& shape, uint64_t& values,
                                 FunctionRef<Status(uint64_t)> spend);

/// Checks what only a whole graph shows: every tensor is there before it is read and written once;
/// marks constants without bytes. And: no subgraph calls itself, however indirectly.
Status check_order(const Contents& contents, Subgraph& graph);
Status check_calls(const Contents& contents, const Limits& limits);

}  // namespace samara::schema
