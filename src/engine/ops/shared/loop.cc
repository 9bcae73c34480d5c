#include "engine/ops/shared/loop.h"

#include <cstring>

#include "engine/ops/shared/cell_loop.h"

namespace samara::ops {
namespace {

/// Whether the plan has given every output its input's shape.
bool keep_shapes(const Operands& n) {
  for (int i = 0; i < n.outputs(); ++i)
    if (n.out(i).shape != n.in(i).shape || n.out(i).data == nullptr) return false;
  return true;
}

}  // namespace

Status infer_loop(const LoopParams& p, Infer& n) {
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
  // A cell keeps the shapes, also where the body's operators cannot tell.
  const auto cell = find_cell_loop(n, p);
  bool keeps_shapes = true;
  for (size_t i = 0; i < after.size(); ++i)
    keeps_shapes = keeps_shapes && ((cell && after[i].dynamic) ||
                                    (!after[i].dynamic && after[i].shape == variables[i].shape));
  for (int i = 0; i < n.outputs(); ++i) {
    if (keeps_shapes && n.out(i).type != Type::string) {
      TRY(n.set_shape(n.out(i), n.in(i).shape));
    } else {
      TRY(n.sized_by_run(n.out(i)));
    }
  }
  return cell && keeps_shapes ? infer_cell_loop(*cell, n) : ok();
}

Status prepare_loop(const LoopParams& p, LoopState& s, Prepare& n) {
  list_operands(n, 0, s.call);
  s.cell = nullptr;
  const auto cell = find_cell_loop(n, p);
  if (!cell || !keep_shapes(n)) return ok();
  s.cell = std::make_shared<CellLoop>(*cell);
  return prepare_cell_loop(s, n);
}

Status run_loop(const LoopParams& p, LoopState& s, Run& n) {
  for (int i = 0; i < n.outputs(); ++i) {
    const Tensor &in = n.in(i), &out = n.out(i);
    // What got its shape when planning has its memory; resize() is for the others.
    if (out.data == nullptr) TRY(n.resize(out, in.shape, int64_t(in.bytes)));
    if (in.bytes > 0) std::memcpy(out.data, in.data, in.bytes);
  }
  if (const int64_t turns = s.cell ? cell_turns(*s.cell, n) : 0) return run_cell_loop(s, turns, n);
  uint8_t go_on = 0;  // a model's bool may be any byte
  Tensor verdict;
  verdict.type = Type::boolean;
  verdict.data = reinterpret_cast<std::byte*>(&go_on);
  verdict.bytes = sizeof go_on;
  const Tensor* const verdicts[] = {&verdict};
  for (;;) {
    TRY(n.call(p.condition, s.call.outputs, verdicts));
    if (go_on == 0) return ok();
    TRY(n.call(p.body, s.call.outputs, s.call.outputs));
  }
}

}  // namespace samara::ops
