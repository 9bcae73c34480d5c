// BIDIRECTIONAL_SEQUENCE_RNN: one cell runs forward, one backward. Builtin 46, versions 1 to 3.
// Inputs: input, four of the forward cell, four of the backward cell, then perhaps an auxiliary
// input and its weights for each cell. Without those weights the auxiliary input is the backward
// cell's input. Outputs: one a cell, or merged, the forward cell's first. See shared/rnn.h.
#include "engine/ops/shared/rnn.h"

namespace samara::ops {
namespace {

enum Operand { kForward = 1, kBackward = 5, kAux = 9, kAuxForward, kAuxBackward, kOperands };

struct State {
  rnn::Cell forward, backward;
};

struct Pair {
  rnn::Wiring forward, backward{.weights = 5, .recurrent = 6, .bias = 7, .state = 8};
};

Pair wiring_of(const Operands& n) {
  Pair pair;
  if (n.has(kAuxForward)) {
    pair.forward.aux = pair.backward.aux = kAux;
    pair.forward.aux_weights = kAuxForward;
    pair.backward.aux_weights = kAuxBackward;
  } else if (n.has(kAux)) {
    pair.backward.input = kAux;
  }
  return pair;
}

Result<rnn::Params> parse(const OpView& v) {
  const auto& o = v.options<fb::BidirectionalSequenceRNNOptions>();
  return rnn::Params{.activation = o.fused_activation_function(),
                     .time_major = o.time_major(),
                     .asymmetric = o.asymmetric_quantize_inputs(),
                     .merge_outputs = o.merge_outputs()};
}

Status infer(const rnn::Params& p, Infer& n) {
  TRY(check_counts(n, kOperands, p.merge_outputs ? 1 : 2, {0, 1, 2, 3, 4, 5, 6, 7, 8}));
  TRY(n.has_rank(n.in(0), 3));
  if (n.has(kAuxForward) != n.has(kAuxBackward) || (n.has(kAuxForward) && !n.has(kAux))) {
    return Error(Code::invalid_model, "has auxiliary weights without the others or their input");
  }
  const Shape& in = n.in(0).shape;
  if (n.has(kAux)) {
    TRY(n.has_rank(n.in(kAux), 3));
    const Shape& aux = n.in(kAux).shape;
    if (aux[0] != in[0] || aux[1] != in[1]) {
      return Error(Code::invalid_model, cat("auxiliary input '", n.in(kAux).name, "' has shape ",
                                            aux.text(), " beside ", in.text()));
    }
  }
  const Pair pair = wiring_of(n);
  TRY(rnn::check(p, n, pair.forward));
  TRY(rnn::check(p, n, pair.backward));
  TRY(n.has_type(n.in(kBackward), {n.in(kForward).type}));
  const int32_t forward = rnn::units_of(n, pair.forward), back = rnn::units_of(n, pair.backward);
  if (p.merge_outputs) {
    const auto both = checked_add<int32_t>(forward, back);
    if (!both) return Error(Code::resource_exhausted, "has too many units");
    TRY(n.set_shape(n.out(0), {in[0], in[1], *both}));
  } else {
    TRY(n.set_shape(n.out(0), {in[0], in[1], forward}));
    TRY(n.set_shape(n.out(1), {in[0], in[1], back}));
    TRY(n.same_type(n.in(0), n.out(1)));
  }
  TRY(n.same_type(n.in(0), n.out(0)));
  return rnn::ask_scratch(p, n, {&pair.forward, &pair.backward});
}

Status prepare(const rnn::Params&, State& state, Prepare& n) {
  const Pair pair = wiring_of(n);
  TRY(rnn::prepare(n, pair.forward, state.forward));
  return rnn::prepare(n, pair.backward, state.backward);
}

Status run(const rnn::Params& p, State& state, Run& n) {
  const Pair pair = wiring_of(n);
  TRY(rnn::run(p, n, pair.forward, state.forward, false, n.out_data<float>(0),
               n.out(0).shape.back()));
  float* out = p.merge_outputs ? n.out_data<float>(0) + rnn::units_of(n, pair.forward)
                               : n.out_data<float>(1);
  return rnn::run(p, n, pair.backward, state.backward, true, out,
                  n.out(p.merge_outputs ? 0 : 1).shape.back());
}

}  // namespace

extern constinit const OpDef bidirectional_sequence_rnn =
    define_op<rnn::Params, State, parse, infer, prepare>(
        {.name = "BIDIRECTIONAL_SEQUENCE_RNN", .code = 46, .versions = {1, 3}, .pure = false},
        {{{Type::f32}, bind<rnn::Params, State, run>}});

}  // namespace samara::ops
