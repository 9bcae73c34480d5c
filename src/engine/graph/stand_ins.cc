#include "engine/graph/stand_ins.h"

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/frame.h"
#include "engine/kernels/half/float8.h"

namespace samara::graph {
namespace {

/// So many elements that the work outweighs waking a thread.
constexpr size_t kGrain = 16 * 1024;

template <class To, class From>
void convert(const std::byte* from, std::byte* to, size_t count, ThreadPool& pool) {
  const auto* const in = reinterpret_cast<const From*>(from);
  auto* const out = reinterpret_cast<To*>(to);
  const auto body = [=](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) out[i] = To(float(in[i]));
  };
  if (count <= kGrain) return body(0, count);
  pool.parallel_for(count, kGrain, body);
}

template <class T>
void between(bool widen, const std::byte* from, std::byte* to, size_t count, ThreadPool& pool) {
  widen ? convert<float, T>(from, to, count, pool) : convert<T, float>(from, to, count, pool);
}

void between(Type narrow, bool widen, const std::byte* from, std::byte* to, size_t count,
             ThreadPool& pool) {
  switch (narrow) {
    case Type::f16:
      return between<kernels::Half>(widen, from, to, count, pool);
    case Type::bf16:
      return between<kernels::BFloat16>(widen, from, to, count, pool);
    case Type::f8e4m3fn:
      return between<kernels::Float8E4M3>(widen, from, to, count, pool);
    default:
      return between<kernels::Float8E5M2>(widen, from, to, count, pool);
  }
}

}  // namespace

const Kernel* kernel_for(const OpDef& def, std::span<const Type> types) {
  const auto takes = [&](const Kernel& kernel) {
    if (!kernel.run) return false;
    for (size_t i = 0; i < kernel.types.type.size(); ++i) {
      const Type wanted = kernel.types.type[i];
      if (wanted != kAny && (i >= types.size() || types[i] != wanted)) return false;
    }
    return true;
  };
  const auto* const found = std::ranges::find_if(def.kernels, takes);
  return found == def.kernels.end() ? nullptr : found;
}

StandIns::StandIns(const NodeContext& c) {
  operands_.assign(c.inputs, c.inputs + c.input_count);
  operands_.insert(operands_.end(), c.outputs, c.outputs + c.output_count);
  tensors_.reserve(c.node->wider.size());
  for (const WiderOperand& wider : c.node->wider) {
    Tensor*& operand = operands_[size_t(wider.operand)];
    const bool input = wider.operand < c.input_count;
    Tensor& t = tensors_.emplace_back(*operand);
    t.type = wider.type;
    t.quant = wider.quant;
    t.constant = wider.data != nullptr;
    t.data = wider.data;
    t.bytes = wider.bytes;
    if (!t.constant) {
      conversions_.push_back({.real = operand,
                              .stand_in = tensors_.size() - 1,
                              .slot = kScratchSlots + conversions_.size(),
                              .reads = input,
                              .writes = !input || operand->variable});
    }
    operand = &t;
  }
}

Status StandIns::reshape(NodeContext& c, const Conversion& conversion) {
  Tensor& t = tensors_[conversion.stand_in];
  t.shape = conversion.real->shape;
  t.data = nullptr;
  const auto bytes = tensor_bytes(t.type, t.shape);
  if (!bytes)
    return Error(Code::resource_exhausted, cat("tensor ", t.index, " '", t.name, "' of shape ",
                                               t.shape.text(), " is too large as ", name(t.type)));
  t.bytes = size_t(*bytes);
  c.scratch_bytes[conversion.slot] = *bytes;
  return ok();
}

Status StandIns::begin_infer(NodeContext& c, FunctionRef<Status()> memory) {
  const auto known = [&](const Conversion& conversion) {
    return conversion.reads && c.frame->known(c, *conversion.real);
  };
  for (const Conversion& conversion : conversions_)
    if (conversion.reads) TRY(reshape(c, conversion));
  if (std::ranges::none_of(conversions_, known)) return ok();
  TRY(memory());
  for (const Conversion& conversion : conversions_)
    if (known(conversion)) fill(c, conversion);
  return ok();
}

Status StandIns::set_shape(NodeContext& c, const Tensor& real) {
  for (const Conversion& conversion : conversions_)
    if (conversion.real == &real && !conversion.reads) TRY(reshape(c, conversion));
  return ok();
}

void StandIns::fill(NodeContext& c, const Conversion& conversion) {
  Tensor& t = tensors_[conversion.stand_in];
  const Tensor& from = *conversion.real;
  t.data = t.bytes ? c.scratch[conversion.slot] : nowhere();
  if (conversion.reads)
    between(from.type, true, from.data, t.data, size_t(t.shape.elements()), c.pool());
}

void StandIns::fill(NodeContext& c) {
  for (const Conversion& conversion : conversions_) fill(c, conversion);
}

void StandIns::store(NodeContext& c) {
  for (const Conversion& conversion : conversions_) {
    if (!conversion.writes) continue;
    const Tensor& t = tensors_[conversion.stand_in];
    const Tensor& to = *conversion.real;
    between(to.type, false, t.data, to.data, size_t(t.shape.elements()), c.pool());
  }
}

AsStandIns::AsStandIns(NodeContext& c) : c_(c), inputs_(c.inputs), outputs_(c.outputs) {
  if (!c.stand_ins) return;
  c.inputs = c.stand_ins->operands_.data();
  c.outputs = c.inputs + c.input_count;
}
AsStandIns::~AsStandIns() {
  c_.inputs = inputs_;
  c_.outputs = outputs_;
}

}  // namespace samara::graph
