#include "workshop/edit/model.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "workshop/edit/indices.h"

namespace samara::edit {
namespace {

Error no_subgraph(int subgraph) {
  return Error(Code::invalid_argument, cat("there is no subgraph ", subgraph));
}
Error no_tensor(int subgraph, int index) {
  return Error(Code::invalid_argument,
               cat("there is no tensor ", index, " in a subgraph ", subgraph));
}

bool has_subgraph(const fb::ModelT& m, int s) { return s >= 0 && size_t(s) < m.subgraphs.size(); }
bool has_tensor(const fb::ModelT& m, int s, int i) {
  return has_subgraph(m, s) && i >= 0 && size_t(i) < m.subgraphs[size_t(s)]->tensors.size();
}

/// Operators are named by their number in control dependencies, which no longer hold.
void drop_control_dependencies(fb::ModelT& m) {
  std::erase_if(m.metadata,
                [](const auto& entry) { return entry->name == "model_control_dependencies"; });
}

}  // namespace

fb::ModelT unpack(const fb::Model& model) {
  fb::ModelT parts;
  model.UnPackTo(&parts);
  const auto settle = [](auto& each) {
    if (!each.value) each.Reset();
  };
  for (auto& graph : parts.subgraphs) {
    for (auto& op : graph->operators) {
      settle(op->builtin_options);
      settle(op->builtin_options_2);
    }
    for (auto& tensor : graph->tensors) {
      if (tensor->quantization) settle(tensor->quantization->details);
      if (!tensor->sparsity) continue;
      for (auto& dimension : tensor->sparsity->dim_metadata) {
        settle(dimension->array_segments);
        settle(dimension->array_indices);
      }
    }
  }
  return parts;
}

fb::ModelT empty_model() {
  fb::ModelT m;
  m.version = 3;
  m.buffers.push_back(std::make_unique<fb::BufferT>());
  return m;
}

int add_subgraph(fb::ModelT& m, std::string name) {
  auto graph = std::make_unique<fb::SubGraphT>();
  graph->name = std::move(name);
  m.subgraphs.push_back(std::move(graph));
  return int(m.subgraphs.size()) - 1;
}

int add_tensor(fb::SubGraphT& graph, fb::TensorT tensor) {
  graph.tensors.push_back(std::make_unique<fb::TensorT>(std::move(tensor)));
  return int(graph.tensors.size()) - 1;
}

uint32_t add_buffer(fb::ModelT& m, std::span<const std::byte> data) {
  auto buffer = std::make_unique<fb::BufferT>();
  const auto* const bytes = reinterpret_cast<const uint8_t*>(data.data());
  if (!data.empty()) buffer->data.assign(bytes, bytes + data.size());
  m.buffers.push_back(std::move(buffer));
  return uint32_t(m.buffers.size() - 1);
}

void add_metadata(fb::ModelT& m, std::string name, std::span<const std::byte> data) {
  auto entry = std::make_unique<fb::MetadataT>();
  entry->name = std::move(name);
  entry->buffer = add_buffer(m, data);
  m.metadata.push_back(std::move(entry));
}

uint32_t operator_code(fb::ModelT& m, fb::BuiltinOperator builtin, std::string_view custom,
                       int version) {
  auto& codes = m.operator_codes;
  for (size_t i = 0; i < codes.size(); ++i)
    if (codes[i]->builtin_code == builtin && codes[i]->custom_code == custom &&
        codes[i]->version == version)
      return uint32_t(i);
  auto code = std::make_unique<fb::OperatorCodeT>();
  code->builtin_code = builtin;
  // Readers take the larger of the two fields; the older one has a byte, and 127 for "see the other".
  code->deprecated_builtin_code = int8_t(std::min(int(builtin), 127));
  code->custom_code = custom;
  code->version = version;
  codes.push_back(std::move(code));
  return uint32_t(codes.size() - 1);
}

Status add_operator(fb::ModelT& m, int s, size_t before, fb::OperatorT op) {
  if (!has_subgraph(m, s)) return no_subgraph(s);
  auto& operators = m.subgraphs[size_t(s)]->operators;
  if (before > operators.size())
    return Error(Code::invalid_argument,
                 cat("there is no place ", before, " among ", operators.size(), " operators"));
  for (const auto* list : {&op.inputs, &op.outputs, &op.intermediates})
    for (const int32_t i : *list)
      if (i >= 0 && !has_tensor(m, s, i)) return no_tensor(s, i);
  drop_control_dependencies(m);
  operators.insert(operators.begin() + ptrdiff_t(before),
                   std::make_unique<fb::OperatorT>(std::move(op)));
  return ok();
}

Status remove_operator(fb::ModelT& m, int s, size_t index) {
  if (!has_subgraph(m, s)) return no_subgraph(s);
  auto& operators = m.subgraphs[size_t(s)]->operators;
  if (index >= operators.size())
    return Error(Code::invalid_argument, cat("there is no operator ", index, " in a subgraph ", s));
  drop_control_dependencies(m);
  operators.erase(operators.begin() + ptrdiff_t(index));
  return ok();
}

Status remove_tensor(fb::ModelT& m, int s, int index) {
  if (!has_tensor(m, s, index)) return no_tensor(s, index);
  bool named = false;
  for_tensor_indices(m, s, [&](int64_t i) {
    named = named || i == index;
    return i;
  });
  if (named)
    return Error(Code::failed_precondition,
                 cat("tensor ", index, " '", m.subgraphs[size_t(s)]->tensors[size_t(index)]->name,
                     "' is still in use"));
  auto& tensors = m.subgraphs[size_t(s)]->tensors;
  tensors.erase(tensors.begin() + index);
  for_tensor_indices(m, s, [&](int64_t i) { return i > index ? i - 1 : i; });
  return ok();
}

Status set_constant(fb::ModelT& m, int s, int index, std::span<const std::byte> data) {
  if (!has_tensor(m, s, index)) return no_tensor(s, index);
  fb::TensorT& tensor = *m.subgraphs[size_t(s)]->tensors[size_t(index)];
  const uint32_t old = tensor.buffer;
  size_t users = 0;
  for_buffer_indices(m, [&](int64_t i) {
    users += i == int64_t(old);
    return i;
  });
  if (old == 0 || users > 1 || old >= m.buffers.size()) {
    tensor.buffer = add_buffer(m, data);
  } else {
    const auto* const bytes = reinterpret_cast<const uint8_t*>(data.data());
    m.buffers[old]->data.assign(bytes, bytes + data.size());
  }
  tensor.external_buffer = 0;
  return ok();
}

Removed remove_dead(fb::ModelT& m) {
  Removed removed;
  for (int s = 0; s < int(m.subgraphs.size()); ++s) {
    auto& list = m.subgraphs[size_t(s)]->tensors;
    Kept tensors(list.size());
    // What only dead tensors name, scales of blocks, goes with them the next time.
    for_tensor_indices(m, s, [&](int64_t i) {
      tensors.use(i);
      return i;
    });
    removed.tensors += tensors.shrink(list);
    for_tensor_indices(m, s, [&](int64_t i) { return tensors.renumbered(i); });
  }
  Kept buffers(m.buffers.size()), codes(m.operator_codes.size());
  buffers.use(0);
  for_buffer_indices(m, [&](int64_t i) {
    buffers.use(i);
    return i;
  });
  removed.buffers = buffers.shrink(m.buffers);
  for_buffer_indices(m, [&](int64_t i) { return buffers.renumbered(i); });
  for_code_indices(m, [&](int64_t i) {
    codes.use(i);
    return i;
  });
  removed.codes = codes.shrink(m.operator_codes);
  for_code_indices(m, [&](int64_t i) { return codes.renumbered(i); });
  return removed;
}

Result<fb::BuiltinOperator> builtin_named(std::string_view name) {
  for (const fb::BuiltinOperator known : fb::EnumValuesBuiltinOperator())
    if (name == fb::EnumNameBuiltinOperator(known)) return known;
  return Error(Code::not_found, cat("the schema has no operator ", name));
}

}  // namespace samara::edit
