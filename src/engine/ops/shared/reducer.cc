#include "engine/ops/shared/reducer.h"

#include <algorithm>
#include <optional>

#include "engine/graph/callee.h"

namespace samara::ops {
namespace {

std::optional<Reducer> reducer_of(int builtin) {
  switch (builtin) {
    case fb::BuiltinOperator_ADD:
    case fb::BuiltinOperator_STABLEHLO_ADD:
      return Reducer::add;
    case fb::BuiltinOperator_MUL:
    case fb::BuiltinOperator_STABLEHLO_MULTIPLY:
      return Reducer::multiply;
    case fb::BuiltinOperator_MAXIMUM:
    case fb::BuiltinOperator_STABLEHLO_MAXIMUM:
      return Reducer::maximum;
    case fb::BuiltinOperator_MINIMUM:
    case fb::BuiltinOperator_STABLEHLO_MINIMUM:
      return Reducer::minimum;
    case fb::BuiltinOperator_LOGICAL_AND:
      return Reducer::all;
    case fb::BuiltinOperator_LOGICAL_OR:
      return Reducer::any;
    case fb::BuiltinOperator_STABLEHLO_AND:
      return Reducer::bit_and;
    case fb::BuiltinOperator_STABLEHLO_OR:
      return Reducer::bit_or;
    default:
      return std::nullopt;
  }
}

bool has_activation(int builtin, const void* options) {
  if (options == nullptr) return false;
  if (builtin == fb::BuiltinOperator_ADD)
    return static_cast<const fb::AddOptions*>(options)->fused_activation_function() != 0;
  if (builtin == fb::BuiltinOperator_MUL)
    return static_cast<const fb::MulOptions*>(options)->fused_activation_function() != 0;
  return false;
}

bool is_float(Type t) {
  return t == Type::f32 || t == Type::f16 || t == Type::bf16 || t == Type::f64;
}

/// Two inputs and an output of that type.
Status check_function(const Subgraph& body, Type type) {
  const auto &ins = body.file->inputs, &outs = body.file->outputs;
  if (ins.size() != 2 || outs.size() != 1)
    return Error(Code::invalid_model, cat("takes ", ins.size(), " and gives ", outs.size(),
                                          " tensors instead of 2 and 1"));
  for (const int32_t t : {ins[0], ins[1], outs[0]})
    if (const Type got = body.tensors[size_t(t)].type; got != type)
      return Error(Code::invalid_model, cat("is of ", name(got), " instead of ", name(type)));
  return ok();
}

/// Whether the subgraph's only operator combines its two inputs to its output.
bool combines_inputs(const Subgraph& body) {
  const auto &ins = body.file->inputs, &operands = body.nodes[0].op->inputs;
  return operands.size() == 2 && std::is_permutation(ins.begin(), ins.end(), operands.begin()) &&
         ins[0] != ins[1] && body.nodes[0].op->outputs == body.file->outputs;
}

}  // namespace

Result<std::optional<Reducer>> read_reducer(const Operands& n, int subgraph, const char* role,
                                            Type type) {
  const auto where = [&] { return cat(role, ", subgraph ", subgraph); };
  const Subgraph* const body = Callee(n).subgraph(subgraph);
  if (body == nullptr) return Error(Code::invalid_model, "does not exist").in(where());
  TRY(check_function(*body, type).in(where));
  if (body->nodes.empty() && body->file->outputs[0] == body->file->inputs[1])
    return std::optional(Reducer::second);
  if (body->nodes.size() == 1 && combines_inputs(*body)) {
    const Node& node = body->nodes[0];
    const int code = node.def->info.code;
    const auto reducer = reducer_of(code);
    const bool of_bits = reducer == Reducer::bit_and || reducer == Reducer::bit_or;
    if (of_bits && is_float(type))
      return Error(Code::invalid_model, cat("combines the bits of ", name(type))).in(where());
    if (reducer && !has_activation(code, node.op->options)) return reducer;
  }
  return std::optional<Reducer>();
}

}  // namespace samara::ops
