// Which operands stand in wider types, where an operator has no kernel for them as they are: every
// operator that has a float32 kernel runs halves and 8-bit floats, every one with int8 weights runs
// weights of 4 and 2 bits. LiteRT refuses those, or reads them as what they are not.
#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "base/checked.h"
#include "base/try.h"
#include "engine/graph/passes/passes.h"
#include "engine/graph/stand_ins.h"
#include "engine/kernels/half/float8.h"

namespace samara::graph::passes {
namespace {

// FULLY_CONNECTED and EMBEDDING_LOOKUP take constants in blocks themselves.
constexpr int kTakesBlocks[] = {9, 7};
// LSTM, RNN, SVDF and their sequences: their kernels do not name the weights' types.
constexpr int kWeightsUnnamed[] = {16, 24, 27, 35, 44, 46, 52};
// DEQUANTIZE, RANDOM_STANDARD_NORMAL, RANDOM_UNIFORM: floats are what they give, of other things.
constexpr int kGivesFloats[] = {6, 146, 148};
constexpr size_t kMostConverted = 8;  // scratch slots for them

bool is_one_of(std::span<const int> codes, const Node& node) {
  return std::ranges::count(codes, node.def->info.code) != 0;
}
bool is_narrow_float(Type type) {
  return type == Type::f16 || type == Type::bf16 || type == Type::f8e4m3fn || type == Type::f8e5m2;
}
bool is_packed(Type type) { return bits(type) == 4 || bits(type) == 2; }

float read_float(Type type, const std::byte* data, int64_t i) {
  const auto as = [&]<class T>(T value) {
    std::memcpy(&value, data + i * int64_t{sizeof(T)}, sizeof(T));
    return float(value);
  };
  switch (type) {
    case Type::f32:
      return as(float());
    case Type::f16:
      return as(kernels::Half());
    case Type::bf16:
      return as(kernels::BFloat16());
    case Type::f8e4m3fn:
      return as(kernels::Float8E4M3());
    default:
      return as(kernels::Float8E5M2());
  }
}

int32_t read_int(Type type, const std::byte* data, int64_t i) {
  const int width = bits(type);
  const auto byte = [&](int64_t at) { return int32_t(uint8_t(data[at])); };
  if (width == 8) return type == Type::u8 ? byte(i) : int32_t(int8_t(byte(i)));
  const int64_t bit = i * width;
  const int32_t value = byte(bit / 8) >> (bit % 8) & ((1 << width) - 1);
  return type != Type::u4 && value >> (width - 1) ? value - (1 << width) : value;
}

/// One node's operands, and what they become.
class Widener {
 public:
  Widener(Graph& graph, const Subgraph& s, const Node& node) : graph_(graph), s_(s), node_(node) {
    for (const auto* list : {&node.op->inputs, &node.op->outputs})
      for (const int32_t i : *list) operands_.push_back(i < 0 ? nullptr : &s.tensors[size_t(i)]);
    for (const Tensor* t : operands_) types_.push_back(t ? t->type : kAny);
  }

  /// What the operator needs; empty where it takes all as they are, or cannot be helped.
  std::vector<WiderOperand> wider() {
    std::vector<Type> types = types_;
    for (size_t i = 0; i < types.size(); ++i)
      if (in_blocks(i)) types[i] = Type::f32;
    if (is_one_of(kWeightsUnnamed, node_)) types = widened(types, false, true);
    if (is_one_of(kGivesFloats, node_))
      for (size_t i = node_.op->inputs.size(); i < types.size(); ++i)
        if (is_narrow_float(types[i])) types[i] = Type::f32;
    constexpr bool kWays[][2] = {{false, false}, {true, false}, {false, true}, {true, true}};
    for (const auto& way : kWays) {
      const std::vector<Type> tried = widened(types, way[0], way[1]);
      const std::span inputs(tried.data(), node_.op->inputs.size());
      if (kernel_for(*node_.def, inputs)) return stand_ins(tried);
    }
    return {};
  }

 private:
  bool in_blocks(size_t i) const {
    const Tensor* const t = operands_[i];
    constexpr Type kOfBlocks[] = {Type::i8, Type::u8, Type::i4, Type::u4, Type::i2};
    return t && t->constant && t->quant.block_size > 0 && t->shape.rank() > 0 &&
           std::ranges::find(kOfBlocks, t->type) != std::end(kOfBlocks) &&
           t->shape.back() % t->quant.block_size == 0 && !is_one_of(kTakesBlocks, node_) &&
           computes_floats();
  }
  /// Where none of the others is float, the operator moves values, whatever they mean.
  bool computes_floats() const {
    return std::ranges::any_of(operands_, [](const Tensor* t) {
      return t && !t->constant && (t->type == Type::f32 || is_narrow_float(t->type));
    });
  }
  std::vector<Type> widened(std::vector<Type> types, bool floats, bool packed) const {
    for (size_t i = 0; i < types.size(); ++i) {
      if (!operands_[i]) continue;
      if (floats && is_narrow_float(types[i])) types[i] = Type::f32;
      if (packed && is_packed(types[i]) && operands_[i]->constant) types[i] = Type::i8;
    }
    return types;
  }

  std::vector<WiderOperand> stand_ins(std::span<const Type> types) {
    std::vector<WiderOperand> out;
    size_t converted = 0;
    for (size_t i = 0; i < types.size(); ++i) {
      if (types[i] == types_[i]) continue;
      WiderOperand& wider = out.emplace_back();
      wider.operand = int(i);
      wider.type = types[i];
      wider.quant = operands_[i]->quant;
      if (!operands_[i]->constant) {
        if (++converted > kMostConverted) return {};
      } else if (!fill(*operands_[i], wider).ok()) {
        return {};
      }
    }
    return out;
  }

  /// The constant's values in the wider type. Integers lose their zero points on the way, so that
  /// unsigned ones fit, too.
  Status fill(const Tensor& t, WiderOperand& wider) {
    const auto bytes = tensor_bytes(wider.type, t.shape);
    const size_t zeros = t.quant.zero_points.size() * sizeof(int32_t);
    const auto all = bytes ? checked_add<uint64_t>(*bytes, zeros + alignof(int32_t)) : std::nullopt;
    if (!all) return Error(Code::resource_exhausted, "is too large");
    Buffer memory;
    TRY(memory.reserve(*all, graph_.folded_budget()));
    wider.data = memory.data();
    wider.bytes = size_t(*bytes);
    if (wider.type == Type::f32 && !is_narrow_float(t.type)) {
      TRY(fill_blocks(t, reinterpret_cast<float*>(wider.data)));
    } else if (wider.type == Type::f32) {
      auto* const out = reinterpret_cast<float*>(wider.data);
      for (int64_t i = 0; i < t.shape.elements(); ++i) out[i] = read_float(t.type, t.data, i);
    } else {
      auto* const out = reinterpret_cast<int8_t*>(wider.data);
      for (int64_t i = 0; i < t.shape.elements(); ++i)
        out[i] = int8_t(read_int(t.type, t.data, i) - zero_point(t, i));
      const size_t at = (wider.bytes + alignof(int32_t) - 1) / alignof(int32_t) * alignof(int32_t);
      wider.quant.zero_points = {reinterpret_cast<const int32_t*>(wider.data + at),
                                 t.quant.zero_points.size()};
    }
    graph_.keep(std::move(memory));
    return ok();
  }

  static int32_t zero_point(const Tensor& t, int64_t i) {
    const auto& points = t.quant.zero_points;
    if (points.size() < 2) return t.quant.zero_point();
    const int64_t channel = i / t.shape.range(t.quant.axis + 1, t.shape.rank());
    return points[size_t(channel % t.shape[t.quant.axis])];
  }

  /// Without zero points, which LiteRT does not read either.
  Status fill_blocks(const Tensor& t, float* out) const {
    const Tensor& scales = s_.tensors[size_t(t.quant.block_scales)];
    const int64_t blocks = t.shape.elements() / t.quant.block_size;
    if (!scales.constant || (scales.type != Type::f32 && !is_narrow_float(scales.type)) ||
        scales.shape.elements() != blocks)
      return Error(Code::unsupported, "has other scales");
    for (int64_t i = 0; i < t.shape.elements(); ++i)
      out[i] = read_float(scales.type, scales.data, i / t.quant.block_size) *
               float(read_int(t.type, t.data, i));
    return ok();
  }

  Graph& graph_;
  const Subgraph& s_;
  const Node& node_;
  std::vector<const Tensor*> operands_;  // inputs, then outputs
  std::vector<Type> types_;
};

}  // namespace

void widen_types(Graph& graph) {
  for (Subgraph& s : graph.subgraphs())
    for (Node& node : s.nodes) node.wider = Widener(graph, s, node).wider();
}

}  // namespace samara::graph::passes
