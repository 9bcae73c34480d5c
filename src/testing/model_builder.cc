#include "testing/model_builder.h"

#include <gtest/gtest.h>

#include <memory>
#include <span>

#include "base/text.h"
#include "workshop/edit/model.h"

namespace samara::testing {

ModelBuilder::ModelBuilder() : model_(edit::empty_model()) { subgraph("main"); }

int ModelBuilder::subgraph(std::string name) { return edit::add_subgraph(model_, std::move(name)); }

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
  const auto known = edit::builtin_named(name);
  const auto builtin = known.ok() ? *known : fb::BuiltinOperator(255);
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
  edit::add_metadata(model_, std::move(name), std::as_bytes(std::span(data)));
}

std::vector<std::byte> ModelBuilder::bytes() const {
  auto out = edit::write(model_);
  EXPECT_TRUE(out.ok());
  return out.ok() ? std::move(*out) : std::vector<std::byte>();
}

uint32_t ModelBuilder::code(fb::BuiltinOperator builtin, std::string_view custom, int version) {
  return edit::operator_code(model_, builtin, custom, version);
}

uint32_t ModelBuilder::buffer(const void* data, size_t size) {
  return edit::add_buffer(model_, {static_cast<const std::byte*>(data), size});
}

}  // namespace samara::testing
