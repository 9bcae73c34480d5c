// WHILE: runs a body subgraph on the loop's variables as long as a condition subgraph says so.
// Builtin 119, version 1. Rules from: LiteRT tflite/kernels/while.cc.
//
// The outputs hold the variables during the loop. Where the body keeps their shapes, those are
// known when planning; where it does not, every output gets its shape in the run.
#include <cstring>

#include "engine/ops/shared/control.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  int condition = 0, body = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::WhileOptions>();
  return Params{o.cond_subgraph_index(), o.body_subgraph_index()};
}

Status infer(const Params& p, Infer& n) {
  TRY(all_present(n));
  if (n.inputs() != n.outputs())
    return Error(Code::invalid_model, cat("has ", n.inputs(), " inputs and ", n.outputs(),
                                          " outputs; a loop's variables are both"));
  const std::vector<Operand> variables = input_operands(n, 0);
  TRY(check_outputs(n, "the loop", variables));
  TRY_SET(const auto verdict, plan_call(n, p.condition, "the condition", variables, 1));
  if (verdict[0].type != Type::boolean || (!verdict[0].dynamic && verdict[0].shape.elements() != 1))
    return Error(Code::invalid_model,
                 cat("the condition, subgraph ", p.condition, ", gives ", name(verdict[0].type),
                     " ", verdict[0].shape.text(), " instead of one bool"));
  TRY_SET(const auto after, plan_call(n, p.body, "the body", variables, n.outputs()));
  TRY(check_outputs(n, "the body", after));
  bool keeps_shapes = true;
  for (size_t i = 0; i < after.size(); ++i)
    keeps_shapes = keeps_shapes && !after[i].dynamic && after[i].shape == variables[i].shape;
  for (int i = 0; i < n.outputs(); ++i) {
    if (keeps_shapes && n.out(i).type != Type::string) {
      TRY(n.set_shape(n.out(i), n.in(i).shape));
    } else {
      TRY(n.sized_by_run(n.out(i)));
    }
  }
  return ok();
}

Status prepare(const Params&, CallState& s, Prepare& n) {
  list_operands(n, 0, s);
  return ok();
}

Status run(const Params& p, CallState& s, Run& n) {
  for (int i = 0; i < n.outputs(); ++i) {
    const Tensor &in = n.in(i), &out = n.out(i);
    // What got its shape when planning has its memory; resize() is for the others.
    if (out.data == nullptr) TRY(n.resize(out, in.shape, int64_t(in.bytes)));
    if (in.bytes > 0) std::memcpy(out.data, in.data, in.bytes);
  }
  uint8_t go_on = 0;  // a model's bool may be any byte
  Tensor verdict;
  verdict.type = Type::boolean;
  verdict.data = reinterpret_cast<std::byte*>(&go_on);
  verdict.bytes = sizeof go_on;
  const Tensor* const verdicts[] = {&verdict};
  for (;;) {
    TRY(n.call(p.condition, s.outputs, verdicts));
    if (go_on == 0) return ok();
    TRY(n.call(p.body, s.outputs, s.outputs));
  }
}

}  // namespace

extern constinit const OpDef while_ = define_op<Params, CallState, parse, infer, prepare>(
    {.name = "WHILE", .code = 119, .versions = {1, 1}, .pure = false},
    {{kAny, bind<Params, CallState, run>}});

}  // namespace samara::ops
