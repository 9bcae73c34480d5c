// UNIDIRECTIONAL_SEQUENCE_RNN: a plain recurrent cell over all steps of a sequence. Builtin 35,
// versions 1 to 3. Inputs: input [time, batch, depth] or [batch, time, depth], weights, recurrent
// weights, bias, state. See shared/rnn.h.
#include "engine/ops/shared/rnn.h"

namespace samara::ops {
namespace {

Result<rnn::Params> parse(const OpView& v) {
  const auto& o = v.options<fb::SequenceRNNOptions>();
  return rnn::Params{.activation = o.fused_activation_function(),
                     .time_major = o.time_major(),
                     .asymmetric = o.asymmetric_quantize_inputs()};
}

}  // namespace

extern constinit const OpDef unidirectional_sequence_rnn =
    define_op<rnn::Params, rnn::Cell, parse, rnn::infer_one<3>, rnn::prepare_one>(
        {.name = "UNIDIRECTIONAL_SEQUENCE_RNN", .code = 35, .versions = {1, 3}, .pure = false},
        {{{Type::f32}, bind<rnn::Params, rnn::Cell, rnn::run_one>}});

}  // namespace samara::ops
