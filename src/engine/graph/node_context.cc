// The operator's faces of a node: Operands, Infer, Prepare and Run of samara/graph/op.h.
#include "engine/graph/node_context.h"

#include <cmath>
#include <limits>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/frame.h"

namespace samara::graph {
namespace {

std::string count_of(int n, const char* what) { return cat(n, " ", what, n == 1 ? "" : "s"); }

std::string quoted(const Tensor& t) { return cat("tensor ", t.index, " '", t.name, "'"); }

/// The range that a quantized type's zero point must lie in.
struct Range {
  int64_t low = 0, high = 0;
};
Range zero_point_range(Type type) {
  switch (type) {
    case Type::i2:
      return {-2, 1};
    case Type::i4:
      return {-8, 7};
    case Type::u4:
      return {0, 15};
    case Type::i8:
      return {-128, 127};
    case Type::u8:
      return {0, 255};
    case Type::i16:
      return {-32768, 32767};
    case Type::u16:
      return {0, 65535};
    default:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  }
}

}  // namespace

int NodeContext::subgraph() const { return frame->subgraph().index; }

int Operands::inputs() const { return c_.input_count; }
int Operands::outputs() const { return c_.output_count; }
int Operands::intermediates() const { return c_.intermediate_count; }
bool Operands::has(int i) const { return i >= 0 && i < c_.input_count && c_.inputs[i]; }
const Tensor& Operands::in(int i) const {
  assert(has(i));
  return *c_.inputs[i];
}
const Tensor& Operands::out(int i) const {
  assert(i >= 0 && i < c_.output_count);
  return *c_.outputs[i];
}
const Tensor& Operands::intermediate(int i) const {
  assert(i >= 0 && i < c_.intermediate_count);
  static const Tensor kLeftOut;  // no quantization: what asks for it refuses it
  return c_.intermediates[i] ? *c_.intermediates[i] : kLeftOut;
}
const Tensor& Operands::tensor(int index) const { return c_.frame->tensor(index); }
Numerics Operands::numerics() const { return c_.execution->graph().numerics(); }
bool Operands::known(int i) const { return has(i) && c_.frame->known(c_, *c_.inputs[i]); }

Status Infer::arity(int ins, int outs) const { return arity(ins, ins, outs); }

Status Infer::arity(int least, int most, int outs) const {
  int present = 0;
  while (present < inputs() && has(present)) ++present;
  if (inputs() > most || inputs() < least) {
    if (least == most)
      return Error(Code::invalid_model,
                   cat("takes ", count_of(least, "input"), ", has ", inputs()));
    return Error(Code::invalid_model,
                 cat("takes ", least, " to ", count_of(most, "input"), ", has ", inputs()));
  }
  if (present < least)
    return Error(Code::invalid_model, cat("input ", present, " must not be left out"));
  if (outputs() != outs)
    return Error(Code::invalid_model, cat("gives ", count_of(outs, "output"), ", has ", outputs()));
  return ok();
}

Status Infer::same_type(const Tensor& a, const Tensor& b) const {
  if (a.type == b.type) return ok();
  return Error(Code::invalid_model, cat(quoted(a), " is ", name(a.type), ", ", quoted(b), " is ",
                                        name(b.type), "; they must have the same type"));
}

Status Infer::has_type(const Tensor& t, std::initializer_list<Type> allowed) const {
  std::string list;
  for (const Type type : allowed) {
    if (t.type == type) return ok();
    list += cat(list.empty() ? "" : ", ", name(type));
  }
  return Error(Code::unsupported, cat(quoted(t), " is ", name(t.type), "; it may be ", list));
}

Status Infer::has_rank(const Tensor& t, int rank) const {
  if (t.shape.rank() == rank) return ok();
  return Error(Code::invalid_model,
               cat(quoted(t), " has shape ", t.shape.text(), "; it must have rank ", rank));
}

Status Infer::quantized(const Tensor& t) const {
  if (t.quant.scales.size() != 1 || t.quant.zero_points.size() != 1)
    return Error(Code::invalid_model, cat(quoted(t), " has ", t.quant.scales.size(),
                                          " quantization scales; it must have one"));
  const float scale = t.quant.scale();
  if (!std::isfinite(scale) || !(scale > 0))
    return Error(Code::invalid_model, cat(quoted(t), " has the quantization scale ", scale));
  const Range range = zero_point_range(t.type);
  if (t.quant.zero_point() < range.low || t.quant.zero_point() > range.high)
    return Error(Code::invalid_model, cat(quoted(t), " has the zero point ", t.quant.zero_point(),
                                          ", beyond the range of ", name(t.type)));
  return ok();
}

Status Infer::set_shape(const Tensor& out, const Shape& shape) {
  return c_.frame->set_shape(c_, out, shape);
}

Status Infer::defer() {
  c_.deferred = true;
  return ok();
}

Status Infer::sized_by_run(const Tensor& out) { return c_.frame->size_by_run(c_, out); }

Status Infer::scratch(int slot, int64_t bytes) {
  if (slot < 0 || slot >= kScratchSlots)
    return Error(Code::internal, cat("scratch slot ", slot, " does not exist"));
  if (bytes < 0)
    return Error(Code::invalid_model, "needs more scratch memory than can be addressed");
  c_.scratch_bytes[size_t(slot)] = uint64_t(bytes);
  return ok();
}

Status Infer::plan_subgraph(int index, std::span<const Operand> inputs,
                            std::span<Operand> outputs) {
  if (c_.evaluating) return Error(Code::unsupported, "subgraphs are not called while planning");
  if (subgraph_inputs(index) != int(inputs.size()) ||
      subgraph_outputs(index) != int(outputs.size()))
    return Error(Code::invalid_model,
                 cat("calls subgraph ", index, " with ", count_of(int(inputs.size()), "input"),
                     " and ", count_of(int(outputs.size()), "output"), "; it has ",
                     subgraph_inputs(index), " and ", subgraph_outputs(index)));
  Frame& frame = c_.execution->frame(index);
  std::vector<Shape> shapes;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& t = frame.tensor(frame.inputs()[i]);
    if (t.type != inputs[i].type)
      return Error(Code::invalid_model, cat("gives input ", i, " of subgraph ", index, " a ",
                                            name(inputs[i].type), "; it takes ", name(t.type)));
    if (inputs[i].dynamic)
      return Error(Code::internal, "plans a subgraph whose inputs have no shape yet");
    shapes.push_back(inputs[i].shape);
  }
  TRY(frame.plan(shapes));
  for (size_t i = 0; i < outputs.size(); ++i) {
    const int32_t t = frame.outputs()[i];
    outputs[i] = {frame.tensor(t).type, frame.tensor(t).shape, !frame.planned(t).shape_known};
  }
  return ok();
}

int Infer::subgraph_inputs(int index) const {
  const auto subgraphs = c_.execution->graph().subgraphs();
  if (index < 0 || size_t(index) >= subgraphs.size()) return -1;
  return int(subgraphs[size_t(index)].file->inputs.size());
}

int Infer::subgraph_outputs(int index) const {
  const auto subgraphs = c_.execution->graph().subgraphs();
  if (index < 0 || size_t(index) >= subgraphs.size()) return -1;
  return int(subgraphs[size_t(index)].file->outputs.size());
}

Result<const std::byte*> Prepare::packed(std::string_view what, int64_t bytes,
                                         FunctionRef<Status(std::byte*)> fill) {
  // By number: the index of a node depends on which composites were inlined before it.
  return c_.execution->packed().get(c_.subgraph(), c_.node->number, what, bytes, fill);
}

int Prepare::threads() const { return c_.pool().threads(); }

std::span<std::byte> Run::scratch(int slot) const {
  return {c_.scratch[size_t(slot)], size_t(c_.scratch_bytes[size_t(slot)])};
}

ThreadPool& Run::pool() const { return c_.pool(); }

Status Run::resize(const Tensor& out, const Shape& shape, int64_t bytes) {
  return c_.frame->resize(out, shape, bytes);
}

Status Run::poll() const { return c_.execution->control().poll(); }

Status Run::call(int subgraph, std::span<const Tensor* const> inputs,
                 std::span<const Tensor* const> outputs) {
  Execution& e = *c_.execution;
  if (c_.evaluating) return Error(Code::unsupported, "subgraphs are not called while planning");
  if (subgraph < 0 || size_t(subgraph) >= e.graph().subgraphs().size())
    return Error(Code::invalid_model, cat("calls subgraph ", subgraph, ", which does not exist"));
  // An iteration of WHILE is two calls, condition and body, and the condition's last.
  const uint64_t limit = e.options().loop_limit;
  if (limit != 0 && ++c_.calls > 2 * limit + 1)
    return Error(Code::resource_exhausted, cat("loops more than ", limit, " times"));
  TRY(poll());
  Frame& frame = e.frame(subgraph);
  TRY(frame.enter(inputs));
  TRY(frame.run());
  return frame.leave(outputs, *c_.frame);
}

Result<int32_t> Run::resource_id(std::string_view container, std::string_view name) {
  return c_.execution->resource_id(container, name);
}
Resource* Run::resource(int32_t id) const { return c_.execution->resource(id); }
Status Run::assign(Resource& resource, const Tensor& value) {
  return c_.execution->assign(resource, value);
}

}  // namespace samara::graph
