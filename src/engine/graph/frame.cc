#include "engine/graph/frame.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::graph {

Frame::Frame(Execution& execution, const Subgraph& subgraph, bool outermost)
    : execution_(execution),
      subgraph_(subgraph),
      outermost_(outermost),
      tensors_(subgraph.tensors),
      plans_(tensors_.size()),
      own_(tensors_.size()),
      forwarded_(subgraph.file->inputs.size()),
      contexts_(subgraph.nodes.size()) {
  std::vector<bool> given_out(tensors_.size());
  for (const int32_t i : outputs()) given_out[size_t(i)] = true;
  for (size_t i = 0; i < forwarded_.size(); ++i) {
    const auto input = size_t(inputs()[i]);
    forwarded_[i] = given_out[input] || tensors_[input].variable;
  }
  connect();
}

Frame::~Frame() {
  for (NodeContext& c : contexts_) {
    if (!c.state) continue;
    c.node->def->destroy_state(c.state);
    ::operator delete(c.state, std::align_val_t(c.node->def->state_align));
  }
}

/// Resolves the nodes' operands to pointers, once.
void Frame::connect() {
  size_t count = 0;
  for (const Node& n : subgraph_.nodes)
    count += n.op->inputs.size() + n.op->outputs.size() + n.op->intermediates.size();
  operands_.reserve(count);
  const auto list = [&](const std::vector<int32_t>& indices, Tensor* const*& out, int& number) {
    out = operands_.data() + operands_.size();
    number = int(indices.size());
    for (const int32_t i : indices) operands_.push_back(i < 0 ? nullptr : &tensor(i));
  };
  for (size_t i = 0; i < contexts_.size(); ++i) {
    NodeContext& c = contexts_[i];
    c.execution = &execution_;
    c.frame = this;
    c.node = &subgraph_.nodes[i];
    list(c.node->op->inputs, c.inputs, c.input_count);
    list(c.node->op->outputs, c.outputs, c.output_count);
    list(c.node->op->intermediates, c.intermediates, c.intermediate_count);
    if (!c.node->wider.empty()) c.stand_ins = std::make_unique<StandIns>(c);
  }
}

/// States live as long as the session: an operator may remember in them that it ran (CALL_ONCE).
Status Frame::construct_state(NodeContext& c) {
  if (c.state || c.node->skipped()) return ok();
  const OpDef& def = *c.node->def;
  c.state = ::operator new(def.state_size, std::align_val_t(def.state_align), std::nothrow);
  if (!c.state) return Error(Code::resource_exhausted, "no memory for an operator's state");
  def.construct_state(c.state);
  return ok();
}

Status Frame::plan(std::span<const Shape> inputs) {
  if (planned_ && std::ranges::equal(planned_inputs_, inputs)) return ok();
  if (active_) return calls_itself();
  active_ = true;
  Status status = execution_.nested([&] { return plan_anew(inputs); });
  active_ = false;
  return status;
}

Error Frame::calls_itself() const {
  return Error(Code::invalid_model,
               cat("subgraph ", subgraph_.index, " calls itself, directly or through others"));
}

// As TensorFlow Lite resets them (tflite/core/api/tensor_utils.cc): zero bytes, but the zero point
// for int8.
void Frame::reset_variable(Tensor& t) {
  std::memset(t.data, t.type == Type::i8 ? t.quant.zero_point() : 0, t.bytes);
}

void Frame::reset_variables() {
  for (Tensor& t : tensors_)
    if (t.variable && !t.constant && t.data) reset_variable(t);
}

void Frame::announce_shape(int32_t input, const Shape& shape) {
  Tensor& t = tensor(input);
  if (t.constant) return;
  t.shape = shape;
  t.data = nullptr;
  t.bytes = 0;
  planned_ = false;
}

Status Frame::set_strings(int32_t input, std::span<const std::byte> packed) {
  Tensor& t = tensor(input);
  Buffer& own = own_[size_t(input)];
  TRY(own.reserve(packed.size(), execution_.budget()));
  t.bytes = packed.size();
  t.data = packed.empty() ? nowhere() : own.data();
  if (!packed.empty()) std::memcpy(t.data, packed.data(), packed.size());
  return ok();
}

/// As many as the shape says: the count, then one offset more than strings, all the same.
Status Frame::set_empty_strings(int32_t input) {
  Tensor& t = tensor(input);
  const auto count = narrow<int32_t>(t.shape.elements());
  if (!count || *count > INT32_MAX / 4 - 2)
    return Error(Code::resource_exhausted, cat("tensor ", input, " '", t.name, "' would hold ",
                                               t.shape.elements(), " strings"));
  const size_t words = size_t(*count) + 2;
  Buffer& own = own_[size_t(input)];
  TRY(own.reserve(4 * words, execution_.budget()));
  t.data = own.data();
  t.bytes = 4 * words;
  auto* const header = reinterpret_cast<int32_t*>(t.data);
  header[0] = *count;
  std::fill(header + 1, header + words, int32_t(t.bytes));
  return ok();
}

Status Frame::enter(std::span<const Tensor* const> from) {
  if (from.size() != inputs().size())
    return Error(Code::invalid_model, cat("subgraph ", subgraph_.index, " takes ", inputs().size(),
                                          " inputs, is given ", from.size()));
  if (active_) return calls_itself();
  bool same = planned_;
  for (size_t i = 0; i < from.size(); ++i) {
    const Tensor& t = tensor(inputs()[i]);
    if (t.type != from[i]->type)
      return Error(Code::invalid_model, cat("input ", i, " of subgraph ", subgraph_.index, " is ",
                                            name(t.type), ", is given ", name(from[i]->type)));
    same = same && planned_inputs_[i] == from[i]->shape;
  }
  if (!same) {
    std::vector<Shape> shapes;
    for (const Tensor* t : from) shapes.push_back(t->shape);
    TRY(plan(shapes));
  }
  for (size_t i = 0; i < from.size(); ++i) {
    Tensor& t = tensor(inputs()[i]);
    if (t.constant) continue;
    t.bytes = from[i]->bytes;
    if (forwarded_[i]) {
      Buffer& own = own_[size_t(t.index)];
      TRY(own.reserve(t.bytes, execution_.budget()));
      t.data = t.bytes ? own.data() : nowhere();
      if (t.bytes) std::memcpy(t.data, from[i]->data, t.bytes);
    } else {
      t.data = from[i]->data;
    }
  }
  return ok();
}

Status Frame::leave(std::span<const Tensor* const> to, Frame& caller) {
  if (to.size() != outputs().size())
    return Error(Code::invalid_model, cat("subgraph ", subgraph_.index, " gives ", outputs().size(),
                                          " outputs, is asked for ", to.size()));
  for (size_t i = 0; i < to.size(); ++i) {
    const Tensor& from = tensor(outputs()[i]);
    const Tensor& out = *to[i];
    if (from.type != out.type)
      return Error(Code::invalid_model, cat("output ", i, " of subgraph ", subgraph_.index, " is ",
                                            name(from.type), ", is taken as ", name(out.type)));
    const bool of_caller = out.index >= 0 && size_t(out.index) < caller.tensors_.size() &&
                           &caller.tensor(out.index) == &out;
    if (of_caller && caller.plans_[size_t(out.index)].dynamic)
      TRY(caller.resize(out, from.shape, int64_t(from.bytes)));
    else if (from.bytes != out.bytes || (of_caller && !(from.shape == out.shape)))
      return Error(Code::invalid_model,
                   cat("output ", i, " of subgraph ", subgraph_.index, " has shape ",
                       from.shape.text(), ", is taken as ", out.shape.text()));
    if (from.bytes) std::memcpy(out.data, from.data, from.bytes);
  }
  return ok();
}

Status Frame::set_shape(NodeContext& node, const Tensor& out, const Shape& shape) {
  Tensor& t = tensor(out.index);
  const auto bytes = tensor_bytes(t.type, shape);
  if (!bytes) {
    const bool negative = std::ranges::any_of(shape.dims(), [](int32_t d) { return d < 0; });
    return Error(negative ? Code::invalid_model : Code::resource_exhausted,
                 cat("tensor ", out.index, " '", out.name, "' would have shape ", shape.text()));
  }
  t.shape = shape;
  t.bytes = size_t(*bytes);
  if (&t != &out) TRY(node.stand_ins->set_shape(node, t));
  TensorPlan& p = plans_[size_t(t.index)];
  p.shaped = true;
  if (t.type == Type::string || t.type == Type::variant) p.dynamic = p.sized = true;
  if (node.phase == Phase::infer) p.shape_known = true;
  return ok();
}

Status Frame::size_by_run(NodeContext& node, const Tensor& out) {
  TensorPlan& p = plans_[size_t(out.index)];
  if (&tensor(out.index) != &out)
    return Error(Code::unsupported,
                 cat("gives tensor ", out.index, " '", out.name, "' of type ",
                     name(tensor(out.index).type), ", whose size only the run tells"));
  p.dynamic = p.sized = true;
  if (node.phase == Phase::infer) p.shape_known = false;
  return ok();
}

Status Frame::resize(const Tensor& out, const Shape& shape, int64_t bytes) {
  Tensor& t = tensor(out.index);
  if (!plans_[size_t(t.index)].dynamic)
    return Error(Code::internal, cat("sizes tensor ", t.index, " '", t.name,
                                     "', whose size was settled when planning"));
  const auto fixed = tensor_bytes(t.type, shape);
  if (!fixed)
    return Error(Code::resource_exhausted,
                 cat("tensor ", t.index, " '", t.name, "' would have shape ", shape.text()));
  const uint64_t size =
      bits(t.type) == 0 && t.type != Type::resource && bytes >= 0 ? uint64_t(bytes) : *fixed;
  Buffer& own = own_[size_t(t.index)];
  TRY(own.reserve(size, execution_.budget()));
  t.shape = shape;
  t.bytes = size_t(size);
  t.data = size ? own.data() : nowhere();
  return ok();
}

bool Frame::outlives_run(int32_t index) const {
  const Tensor& t = tensor(index);
  const TensorPlan& p = plans_[size_t(index)];
  if (p.block < 0) return true;
  if (p.taken_over || subgraph_.nodes[size_t(p.first)].dead) return false;
  const auto overlaps = [&](const std::byte* data, size_t bytes) {
    return data && data < t.data + t.bytes && t.data < data + bytes;
  };
  for (const Tensor& other : tensors_) {
    const TensorPlan& q = plans_[size_t(other.index)];
    if (q.block >= 0 && q.first > p.first && overlaps(other.data, other.bytes)) return false;
  }
  for (const NodeContext& node : contexts_)
    for (size_t slot = 0; slot < node.scratch.size(); ++slot)
      if (node.node->index > p.first && overlaps(node.scratch[slot], node.scratch_bytes[slot]))
        return false;
  return true;
}

bool Frame::known(const NodeContext& node, const Tensor& t) const {
  switch (node.phase) {
    case Phase::infer:
      if (&t != &tensor(t.index)) return t.data != nullptr;
      return t.constant || plans_[size_t(t.index)].value_known;
    case Phase::infer_late:
      return t.data != nullptr;
    // What is packed in prepare is kept for the model's life, so that only constants count there.
    case Phase::prepare:
    case Phase::run:
      return t.constant;
  }
  return false;
}

}  // namespace samara::graph
