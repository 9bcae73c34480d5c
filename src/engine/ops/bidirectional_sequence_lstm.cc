// BIDIRECTIONAL_SEQUENCE_LSTM: one cell runs forward, one backward. Builtin 52, versions 1 to 3.
// 48 inputs, of which the last 9 are an auxiliary input and its weights for each cell; without the
// weights the auxiliary input is the backward cell's input. Outputs: one a cell, or merged, the
// forward cell's first. Types: f32; f32 with 8-bit weights (hybrid). See shared/lstm.h.
// Rules from: LiteRT tflite/kernels/bidirectional_sequence_lstm.cc.
#include "engine/ops/shared/lstm.h"

namespace samara::ops {
namespace {

constexpr int kInputs = 48, kAux = 39, kAuxWeights = 40, kAuxEnd = 48;

struct Params {
  lstm::Params cell;
  bool merge_outputs = false;
};

struct State {
  lstm::State forward, backward;
};

struct Pair {
  lstm::Wiring forward{lstm::Wiring::forward}, backward{lstm::Wiring::backward};
};

bool has_aux_weights(const Operands& n) {
  for (int i = kAuxWeights; i < kAuxEnd; ++i)
    if (n.has(i)) return true;
  return false;
}

Pair wiring_of(const Operands& n) {
  Pair pair;
  pair.forward.crossed = pair.backward.crossed = n.has(kAux) && !has_aux_weights(n);
  return pair;
}

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::BidirectionalSequenceLSTMOptions>();
  return Params{.cell = {.activation = o.fused_activation_function(),
                         .cell_clip = o.cell_clip(),
                         .projection_clip = o.proj_clip(),
                         .time_major = o.time_major(),
                         .asymmetric = o.asymmetric_quantize_inputs()},
                .merge_outputs = o.merge_outputs()};
}

Status check_aux(const Infer& n) {
  if (!n.has(kAux)) {
    if (!has_aux_weights(n)) return ok();
    return Error(Code::invalid_model, "has auxiliary weights without their input");
  }
  TRY(n.has_type(n.in(kAux), {Type::f32}));
  TRY(n.has_rank(n.in(kAux), 3));
  const Shape &in = n.in(0).shape, &aux = n.in(kAux).shape;
  if (aux[0] == in[0] && aux[1] == in[1] && aux[2] > 0) return ok();
  return Error(Code::invalid_model, cat("auxiliary input '", n.in(kAux).name, "' has shape ",
                                        aux.text(), " beside ", in.text()));
}

Status infer(const Params& p, Infer& n) {
  TRY(check_counts(n, kInputs, p.merge_outputs ? 1 : 2, {0}));
  TRY(n.has_type(n.in(0), {Type::f32}));
  TRY(n.has_rank(n.in(0), 3));
  TRY(check_aux(n));
  const Pair pair = wiring_of(n);
  int32_t forward = 0, backward = 0;
  TRY(lstm::check_cell(p.cell, n, pair.forward, forward));
  TRY(lstm::check_cell(p.cell, n, pair.backward, backward));
  const int last = lstm::kInputWeights + lstm::kO;
  TRY(n.same_type(n.in(pair.forward.at(last)), n.in(pair.backward.at(last))));
  const Shape& in = n.in(0).shape;
  if (p.merge_outputs) {
    const auto both = checked_add<int32_t>(forward, backward);
    if (!both) return Error(Code::resource_exhausted, "has too many outputs");
    TRY(n.set_shape(n.out(0), {in[0], in[1], *both}));
  } else {
    TRY(n.set_shape(n.out(0), {in[0], in[1], forward}));
    TRY(n.set_shape(n.out(1), {in[0], in[1], backward}));
    TRY(n.same_type(n.in(0), n.out(1)));
  }
  TRY(n.same_type(n.in(0), n.out(0)));
  return lstm::ask_scratch(p.cell, n, {pair.forward, pair.backward});
}

Status prepare(const Params& p, State& state, Prepare& n) {
  const Pair pair = wiring_of(n);
  TRY(lstm::prepare_cell(p.cell, pair.forward, state.forward, n));
  return lstm::prepare_cell(p.cell, pair.backward, state.backward, n);
}

Status run(const Params& p, State& state, Run& n) {
  const bool floats = n.in(lstm::kInputWeights + lstm::kO).type == Type::f32;
  const auto run_cell = [&](lstm::State& cell, lstm::Output to) {
    return floats ? lstm::run_float_cell(p.cell, cell, n, to)
                  : lstm::run_hybrid_cell(p.cell, cell, n, to);
  };
  TRY(run_cell(state.forward, {n.out_data<float>(0), n.out(0).shape.back()}));
  const int last = n.outputs() - 1;
  const int64_t skipped = p.merge_outputs ? state.forward.sizes.output : 0;
  return run_cell(state.backward, {n.out_data<float>(last) + skipped, n.out(last).shape.back()});
}

}  // namespace

extern constinit const OpDef bidirectional_sequence_lstm =
    define_op<Params, State, parse, infer, prepare>(
        {.name = "BIDIRECTIONAL_SEQUENCE_LSTM", .code = 52, .versions = {1, 3}, .pure = false},
        {{{Type::f32}, bind<Params, State, run>}});

}  // namespace samara::ops
