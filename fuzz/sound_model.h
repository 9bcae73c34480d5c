// A model that is right in all, to hang damaged things on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/schema/generated/tflite_object_generated.h"

namespace samara::fuzz {

/// One RELU, and metadata of these bytes.
inline std::vector<std::byte> sound_model(std::span<const uint8_t> metadata) {
  fb::ModelT model;
  model.version = 3;
  for (int i = 0; i < 2; ++i) model.buffers.push_back(std::make_unique<fb::BufferT>());
  model.buffers[1]->data.assign(metadata.begin(), metadata.end());
  model.metadata.push_back(std::make_unique<fb::MetadataT>());
  model.metadata[0]->name = "TFLITE_METADATA";
  model.metadata[0]->buffer = 1;
  model.operator_codes.push_back(std::make_unique<fb::OperatorCodeT>());
  model.operator_codes[0]->builtin_code = fb::BuiltinOperator_RELU;
  model.operator_codes[0]->deprecated_builtin_code = fb::BuiltinOperator_RELU;
  auto graph = std::make_unique<fb::SubGraphT>();
  for (int i = 0; i < 2; ++i) {
    graph->tensors.push_back(std::make_unique<fb::TensorT>());
    graph->tensors[size_t(i)]->shape = {1, 2};
  }
  graph->operators.push_back(std::make_unique<fb::OperatorT>());
  graph->operators[0]->inputs = graph->inputs = {0};
  graph->operators[0]->outputs = graph->outputs = {1};
  model.subgraphs.push_back(std::move(graph));
  flatbuffers::FlatBufferBuilder builder;
  fb::FinishModelBuffer(builder, fb::Model::Pack(builder, &model));
  const auto* data = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {data, data + builder.GetSize()};
}

}  // namespace samara::fuzz
