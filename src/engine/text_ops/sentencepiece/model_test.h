// Stored SentencePiece models for tests, as they are and with fields changed.
#pragma once

#include "base/file.h"
#include "engine/schema/generated/sentencepiece_object_generated.h"
#include "testing/op_test.h"

namespace samara::testing {

using Encoder = fb::sentencepiece::EncoderT;
using Decoder = fb::sentencepiece::DecoderT;

inline Literal stored_model(const std::string& name) {
  const auto data = read_file("src/engine/text_ops/testdata/" + name + ".bin");
  EXPECT_TRUE(data.ok()) << name;
  return u8({int32_t(data->size())}, std::vector<uint8_t>(data->begin(), data->end()));
}

/// The stored model (plain_encoder, plain_decoder) after `change`.
template <class Model, class Change>
Literal changed(const Change& change) {
  const bool encoder = std::is_same_v<Model, Encoder>;
  const Literal stored = stored_model(encoder ? "plain_encoder" : "plain_decoder");
  Model model;
  flatbuffers::GetRoot<typename Model::TableType>(stored.bytes.data())->UnPackTo(&model);
  change(model);
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(Model::TableType::Pack(builder, &model));
  const uint8_t* const at = builder.GetBufferPointer();
  return u8({int32_t(builder.GetSize())}, std::vector<uint8_t>(at, at + builder.GetSize()));
}

}  // namespace samara::testing
