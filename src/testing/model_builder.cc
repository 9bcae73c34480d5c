#include "testing/model_builder.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/text.h"

namespace samara::testing {

ModelBuilder::ModelBuilder() {
  model_.version = 3;
  model_.buffers.push_back(std::make_unique<fb::BufferT>());  // buffer 0 is empty by convention
  subgraph("main");
}

int ModelBuilder::subgraph(std::string name) {
  auto graph = std::make_unique<fb::SubGraphT>();
  graph->name = std::move(name);
  model_.subgraphs.push_back(std::move(graph));
  return int(model_.subgraphs.size()) - 1;
}

int ModelBuilder::tensor(const Literal& like, std::string name) {
  auto t = std::make_unique<fb::TensorT>();
  t->type = fb::TensorType(like.type);
  t->shape = like.shape;
  t->has_rank = true;
  const int index = int(current().tensors.size());
  t->name = name.empty() ? cat("t", index) : std::move(name);
  if (!like.scales.empty()) {
    t->quantization = std::make_unique<fb::QuantizationParametersT>();
    t->quantization->scale = like.scales;
    t->quantization->zero_point = like.zero_points;
    t->quantization->quantized_dimension = like.axis;
  }
  current().tensors.push_back(std::move(t));
  return index;
}

int ModelBuilder::constant(const Literal& value, std::string name) {
  const int index = tensor(value, std::move(name));
  at(index).buffer = buffer(value.bytes.data(), value.bytes.size());
  return index;
}

int ModelBuilder::variable(const Literal& like, std::string name) {
  const int index = tensor(like, std::move(name));
  at(index).is_variable = true;
  return index;
}

int ModelBuilder::input(const Literal& like, std::string name) {
  const int index = tensor(like, std::move(name));
  current().inputs.push_back(index);
  return index;
}

fb::OperatorT& ModelBuilder::op(std::string_view name, std::vector<int32_t> inputs,
                                std::vector<int32_t> outputs, const Options& options, int version) {
  // A name that the schema does not have becomes a code that no file may hold, so the load fails.
  auto builtin = fb::BuiltinOperator(255);
  for (const fb::BuiltinOperator known : fb::EnumValuesBuiltinOperator())
    if (name == fb::EnumNameBuiltinOperator(known)) builtin = known;
  auto op = std::make_unique<fb::OperatorT>();
  op->opcode_index = code(builtin, "", version);
  op->inputs = std::move(inputs);
  op->outputs = std::move(outputs);
  op->builtin_options = options.first;
  op->builtin_options_2 = options.second;
  current().operators.push_back(std::move(op));
  return *current().operators.back();
}

fb::OperatorT& ModelBuilder::custom(std::string_view custom_code, std::vector<int32_t> inputs,
                                    std::vector<int32_t> outputs, std::vector<uint8_t> options) {
  auto op = std::make_unique<fb::OperatorT>();
  op->opcode_index = code(fb::BuiltinOperator_CUSTOM, custom_code, 1);
  op->inputs = std::move(inputs);
  op->outputs = std::move(outputs);
  op->custom_options = std::move(options);
  current().operators.push_back(std::move(op));
  return *current().operators.back();
}

void ModelBuilder::signature(std::string key, int subgraph, const Names& inputs,
                             const Names& outputs) {
  auto signature = std::make_unique<fb::SignatureDefT>();
  signature->signature_key = std::move(key);
  signature->subgraph_index = uint32_t(subgraph);
  const auto map = [](const Names& names) {
    std::vector<std::unique_ptr<fb::TensorMapT>> out;
    for (const auto& [name, index] : names) {
      out.push_back(std::make_unique<fb::TensorMapT>());
      out.back()->name = name;
      out.back()->tensor_index = uint32_t(index);
    }
    return out;
  };
  signature->inputs = map(inputs);
  signature->outputs = map(outputs);
  model_.signature_defs.push_back(std::move(signature));
}

void ModelBuilder::metadata(std::string name, std::vector<uint8_t> data) {
  auto entry = std::make_unique<fb::MetadataT>();
  entry->name = std::move(name);
  entry->buffer = buffer(data.data(), data.size());
  model_.metadata.push_back(std::move(entry));
}

std::vector<std::byte> ModelBuilder::bytes() const {
  flatbuffers::FlatBufferBuilder builder;
  fb::FinishModelBuffer(builder, fb::Model::Pack(builder, &model_));
  const auto* data = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {data, data + builder.GetSize()};
}

uint32_t ModelBuilder::code(fb::BuiltinOperator builtin, std::string_view custom, int version) {
  auto& codes = model_.operator_codes;
  for (size_t i = 0; i < codes.size(); ++i)
    if (codes[i]->builtin_code == builtin && codes[i]->custom_code == custom &&
        codes[i]->version == version)
      return uint32_t(i);
  auto code = std::make_unique<fb::OperatorCodeT>();
  code->builtin_code = builtin;
  // Readers take the larger of the two fields; the older one has a byte and 127 for "see the other".
  code->deprecated_builtin_code = int8_t(std::min(int(builtin), 127));
  code->custom_code = custom;
  code->version = version;
  codes.push_back(std::move(code));
  return uint32_t(codes.size() - 1);
}

uint32_t ModelBuilder::buffer(const void* data, size_t size) {
  auto buffer = std::make_unique<fb::BufferT>();
  const auto* bytes = static_cast<const uint8_t*>(data);
  if (size > 0) buffer->data.assign(bytes, bytes + size);
  model_.buffers.push_back(std::move(buffer));
  return uint32_t(model_.buffers.size() - 1);
}

}  // namespace samara::testing
