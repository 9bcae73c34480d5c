#include "model_mutator.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/schema/generated/tflite_object_generated.h"
#include "workshop/edit/model.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);

namespace samara::fuzz {
namespace {

constexpr int64_t kEdges[] = {0,         1,         2,         3,         7,         8,     16,
                              127,       128,       255,       256,       65535,     65536, 1 << 20,
                              INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 1LL << 40, -1,    -2,
                              -128,      -129,      1LL << 31, 1LL << 32};
constexpr float kFloats[] = {0, 1, -1, 0.5f, 1e-45f, 1e38f, -1e38f, INFINITY, -INFINITY, NAN, 255};

class Mutator {
 public:
  Mutator(fb::ModelT& model, unsigned seed) : model_(model), random_(seed) {}

  /// One change; nothing where the model has no place for it.
  void change() {
    fb::SubGraphT* const graph = pick_graph();
    if (!graph) return;
    switch (below(12)) {
      case 0:
      case 1:
        return shape(*graph);
      case 2:
        return type(*graph);
      case 3:
        return quantization(*graph);
      case 4:
      case 5:
        return buffer();
      case 6:
      case 7:
        return operands(*graph);
      case 8:
        return code();
      case 9:
        return operators(*graph);
      case 10:
        return ends(*graph);
      default:
        return custom(*graph);
    }
  }

  size_t below(size_t n) { return n == 0 ? 0 : size_t(random_() % n); }
  bool chance(size_t one_in) { return below(one_in) == 0; }

 private:
  int64_t edge(int64_t near) {
    if (chance(3)) return int64_t(uint64_t(near) + below(5) - 2);
    return kEdges[below(std::size(kEdges))];
  }
  template <class T>
  T* any(std::vector<std::unique_ptr<T>>& list) {
    return list.empty() ? nullptr : list[below(list.size())].get();
  }
  fb::SubGraphT* pick_graph() { return any(model_.subgraphs); }

  /// Changes, adds or drops an element.
  template <class T>
  void list(std::vector<T>& values) {
    switch (below(values.empty() ? 1 : 5)) {
      case 0:
        values.insert(values.begin() + ptrdiff_t(below(values.size() + 1)), T(edge(1)));
        break;
      case 1:
        values.erase(values.begin() + ptrdiff_t(below(values.size())));
        break;
      default: {
        T& value = values[below(values.size())];
        value = T(edge(int64_t(value)));
      }
    }
  }

  void shape(fb::SubGraphT& graph) {
    fb::TensorT* const t = any(graph.tensors);
    if (!t) return;
    if (chance(8)) {
      list(t->shape_signature);
    } else if (chance(10)) {
      t->has_rank = !t->has_rank;
    } else {
      list(t->shape);
      // A dimension within reach more often than one of billions, or nothing is ever run.
      if (!t->shape.empty() && !chance(4)) t->shape[below(t->shape.size())] = int32_t(below(9));
    }
  }

  void type(fb::SubGraphT& graph) {
    fb::TensorT* const t = any(graph.tensors);
    if (!t) return;
    if (chance(6)) {
      t->is_variable = !t->is_variable;
      return;
    }
    t->type = fb::EnumValuesTensorType()[below(std::size(fb::EnumValuesTensorType()))];
  }

  void quantization(fb::SubGraphT& graph) {
    fb::TensorT* const t = any(graph.tensors);
    if (!t) return;
    if (chance(6)) return sparsity(*t);
    if (!t->quantization) t->quantization = std::make_unique<fb::QuantizationParametersT>();
    fb::QuantizationParametersT& q = *t->quantization;
    switch (below(6)) {
      case 0:
        q.scale.assign(1 + below(4), kFloats[below(std::size(kFloats))]);
        break;
      case 1:
        q.scale.assign(1, 0.25f);
        break;
      case 2:
        list(q.zero_point);
        break;
      case 3:
        q.quantized_dimension = int32_t(edge(q.quantized_dimension));
        break;
      case 4:
        t->quantization.reset();
        break;
      default: {
        fb::BlockwiseQuantizationT blocks;
        blocks.scales = int32_t(below(graph.tensors.size() + 1));
        blocks.block_size = int32_t(chance(2) ? 32 : edge(32));
        q.details.Set(std::move(blocks));
      }
    }
  }

  void sparsity(fb::TensorT& t) {
    if (!t.sparsity) t.sparsity = std::make_unique<fb::SparsityParametersT>();
    fb::SparsityParametersT& s = *t.sparsity;
    switch (below(4)) {
      case 0:
        return list(s.traversal_order);
      case 1:
        return list(s.block_map);
      case 2:
        s.dim_metadata.push_back(std::make_unique<fb::DimensionMetadataT>());
        return;
      default:
        break;
    }
    fb::DimensionMetadataT* const d = any(s.dim_metadata);
    if (!d) return;
    d->format = chance(2) ? fb::DimensionType_DENSE : fb::DimensionType_SPARSE_CSR;
    d->dense_size = int32_t(chance(2) ? below(9) : edge(4));
    fb::Int32VectorT segments, indices;
    for (size_t i = below(5); i > 0; --i)
      segments.values.push_back(int32_t(chance(4) ? edge(1) : i));
    for (size_t i = below(5); i > 0; --i)
      indices.values.push_back(int32_t(chance(4) ? edge(1) : i));
    d->array_segments.Set(std::move(segments));
    d->array_indices.Set(std::move(indices));
  }

  void buffer() {
    fb::BufferT* const b = any(model_.buffers);
    if (!b) return;
    switch (below(6)) {
      case 0:
        b->data.resize(below(b->data.size() + 9));
        break;
      case 1:
        b->data.clear();
        break;
      default: {
        if (b->data.empty()) return;
        const size_t width = size_t{1} << below(4), at = below(b->data.size()) / width * width;
        const int64_t value = chance(3) ? kEdges[below(std::size(kEdges))] : int64_t(below(17)) - 2;
        std::memcpy(b->data.data() + at, &value, std::min(width, b->data.size() - at));
      }
    }
  }

  void operands(fb::SubGraphT& graph) {
    fb::OperatorT* const o = any(graph.operators);
    if (!o) return;
    std::vector<int32_t>& numbers = chance(8)   ? o->intermediates
                                    : chance(3) ? o->outputs
                                                : o->inputs;
    if (numbers.empty() || chance(4)) {
      list(numbers);
    } else {
      numbers[below(numbers.size())] = int32_t(below(graph.tensors.size() + 1)) - chance(6);
    }
  }

  void code() {
    fb::OperatorCodeT* const c = any(model_.operator_codes);
    if (!c) return;
    if (chance(2)) {
      c->version = int32_t(1 + below(12));
      return;
    }
    const auto& all = fb::EnumValuesBuiltinOperator();
    c->builtin_code = all[below(std::size(all))];
    c->deprecated_builtin_code = int8_t(std::min(int(c->builtin_code), 127));
  }

  void operators(fb::SubGraphT& graph) {
    if (graph.operators.empty()) return;
    const size_t i = below(graph.operators.size()), k = below(graph.operators.size());
    switch (below(4)) {
      case 0:
        std::swap(graph.operators[i], graph.operators[k]);
        break;
      case 1:
        graph.operators.erase(graph.operators.begin() + ptrdiff_t(i));
        break;
      case 2:
        graph.operators.push_back(std::make_unique<fb::OperatorT>(*graph.operators[i]));
        break;
      default: {
        graph.operators[i]->builtin_options = graph.operators[k]->builtin_options;
        graph.operators[i]->builtin_options_2 = graph.operators[k]->builtin_options_2;
      }
    }
  }

  void ends(fb::SubGraphT& graph) {
    std::vector<int32_t>& numbers = chance(2) ? graph.inputs : graph.outputs;
    if (numbers.empty() || chance(3)) return list(numbers);
    numbers[below(numbers.size())] = int32_t(below(graph.tensors.size()));
  }

  void custom(fb::SubGraphT& graph) {
    fb::OperatorT* const o = any(graph.operators);
    if (!o || o->custom_options.empty()) return;
    std::vector<uint8_t>& bytes = o->custom_options;
    if (chance(6)) {
      bytes.resize(below(bytes.size() + 1));
    } else {
      bytes[below(bytes.size())] = chance(2) ? uint8_t(below(256)) : uint8_t(edge(0));
    }
  }

  fb::ModelT& model_;
  std::minstd_rand random_;
};

std::unique_ptr<fb::ModelT> unpack(const uint8_t* data, size_t size) {
  const std::vector<uint8_t> aligned(data, data + size);
  flatbuffers::Verifier verifier(aligned.data(), size);
  if (!fb::VerifyModelBuffer(verifier)) return nullptr;
  return std::make_unique<fb::ModelT>(edit::unpack(*fb::GetModel(aligned.data())));
}

/// Options are changed in the packed form: a table's fields lie where its vtable says, whatever the
/// operator. All fields are written, defaults too, so that each can be reached.
void change_options(Mutator& m, uint8_t* data) {
  const fb::Model* const model = fb::GetModel(data);
  if (!model->subgraphs() || model->subgraphs()->size() == 0) return;
  const auto* graph = model->subgraphs()->Get(unsigned(m.below(model->subgraphs()->size())));
  if (!graph->operators() || graph->operators()->size() == 0) return;
  const auto* op = graph->operators()->Get(unsigned(m.below(graph->operators()->size())));
  const void* options = op->builtin_options() ? op->builtin_options() : op->builtin_options_2();
  if (!options) return;
  auto* const table = data + (static_cast<const uint8_t*>(options) - data);
  const uint8_t* const vtable = table - flatbuffers::ReadScalar<flatbuffers::soffset_t>(table);
  const size_t fields = flatbuffers::ReadScalar<uint16_t>(vtable) / 2 - 2;
  const size_t length = flatbuffers::ReadScalar<uint16_t>(vtable + 2);
  if (fields == 0) return;
  const size_t at = flatbuffers::ReadScalar<uint16_t>(vtable + 4 + 2 * m.below(fields));
  if (at == 0) return;
  size_t end = length;  // the next field's place: how wide this one is at most
  for (size_t i = 0; i < fields; ++i) {
    const size_t other = flatbuffers::ReadScalar<uint16_t>(vtable + 4 + 2 * i);
    if (other > at) end = std::min(end, other);
  }
  const int64_t value = m.chance(2) ? kEdges[m.below(std::size(kEdges))] : int64_t(m.below(9)) - 1;
  const float real = kFloats[m.below(std::size(kFloats))];
  const bool is_real = end - at >= 4 && m.chance(6);
  std::memcpy(table + at, is_real ? static_cast<const void*>(&real) : &value,
              std::min<size_t>(end - at, is_real ? 4 : 8));
}

size_t pack(const fb::ModelT& model, Mutator& m, uint8_t* out, size_t most) {
  flatbuffers::FlatBufferBuilder builder;
  builder.ForceDefaults(true);
  fb::FinishModelBuffer(builder, fb::Model::Pack(builder, &model));
  if (builder.GetSize() > most) return 0;
  if (m.chance(2)) change_options(m, builder.GetBufferPointer());
  std::memcpy(out, builder.GetBufferPointer(), builder.GetSize());
  return builder.GetSize();
}

/// A tensor of `from`, with its constant, as one of `graph`; `moved` knows those that came before.
int32_t adopt(fb::ModelT& model, fb::SubGraphT& graph, const fb::ModelT& other,
              const fb::SubGraphT& from, int32_t index, std::vector<int32_t>& moved) {
  if (index < 0 || size_t(index) >= from.tensors.size()) return -1;
  if (moved[size_t(index)] >= 0) return moved[size_t(index)];
  auto tensor = std::make_unique<fb::TensorT>(*from.tensors[size_t(index)]);
  if (tensor->buffer < other.buffers.size() && !other.buffers[tensor->buffer]->data.empty()) {
    model.buffers.push_back(std::make_unique<fb::BufferT>(*other.buffers[tensor->buffer]));
    tensor->buffer = uint32_t(model.buffers.size() - 1);
  } else {
    tensor->buffer = 0;
    graph.inputs.push_back(int32_t(graph.tensors.size()));
  }
  graph.tensors.push_back(std::move(tensor));
  return moved[size_t(index)] = int32_t(graph.tensors.size() - 1);
}

}  // namespace

size_t mutate_model(uint8_t* data, size_t size, size_t most, unsigned seed) {
  const auto model = seed % 8 == 0 ? nullptr : unpack(data, size);
  if (!model) return LLVMFuzzerMutate(data, size, most);
  Mutator mutator(*model, seed);
  for (size_t i = 1 + mutator.below(3); i > 0; --i) mutator.change();
  const size_t packed = pack(*model, mutator, data, most);
  return packed == 0 ? LLVMFuzzerMutate(data, size, most) : packed;
}

size_t cross_models(const uint8_t* first, size_t first_size, const uint8_t* second,
                    size_t second_size, uint8_t* out, size_t most, unsigned seed) {
  const auto model = unpack(first, first_size), other = unpack(second, second_size);
  if (!model || !other || model->subgraphs.empty() || other->subgraphs.empty()) return 0;
  fb::SubGraphT& graph = *model->subgraphs[0];
  const fb::SubGraphT& from = *other->subgraphs[0];
  if (from.operators.empty()) return 0;
  Mutator draw(*model, seed);
  fb::OperatorT op = *from.operators[draw.below(from.operators.size())];
  if (op.opcode_index >= other->operator_codes.size()) return 0;
  model->operator_codes.push_back(
      std::make_unique<fb::OperatorCodeT>(*other->operator_codes[op.opcode_index]));
  op.opcode_index = uint32_t(model->operator_codes.size() - 1);
  std::vector<int32_t> moved(from.tensors.size(), -1);
  const size_t before = graph.tensors.size();
  for (int32_t& i : op.inputs) i = adopt(*model, graph, *other, from, i, moved);
  // The first operand is often a tensor of the first model, so that the operators stand in a chain.
  if (!op.inputs.empty() && before > 0 && draw.chance(2))
    op.inputs[0] = int32_t(draw.below(before));
  for (int32_t& i : op.outputs) {
    const size_t inputs = graph.inputs.size();
    i = adopt(*model, graph, *other, from, i, moved);
    graph.inputs.resize(inputs);
    if (i >= 0) graph.outputs.push_back(i);
  }
  graph.operators.push_back(std::make_unique<fb::OperatorT>(std::move(op)));
  model->signature_defs.clear();
  return pack(*model, draw, out, most);
}

}  // namespace samara::fuzz
