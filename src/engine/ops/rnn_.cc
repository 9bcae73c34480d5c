// RNN: one step of a plain recurrent cell. Builtin 24, versions 1 to 3. Inputs: input [batch,
// depth], weights, recurrent weights, bias, state. See shared/rnn.h.
#include "engine/ops/shared/rnn.h"

namespace samara::ops {
namespace {

Result<rnn::Params> parse(const OpView& v) {
  const auto& o = v.options<fb::RNNOptions>();
  return rnn::Params{.activation = o.fused_activation_function(),
                     .asymmetric = o.asymmetric_quantize_inputs()};
}

}  // namespace

extern constinit const OpDef rnn_ =
    define_op<rnn::Params, rnn::Cell, parse, rnn::infer_one<2>, rnn::prepare_one>(
        {.name = "RNN", .code = 24, .versions = {1, 3}, .pure = false},
        {{{Type::f32}, bind<rnn::Params, rnn::Cell, rnn::run_one>}});

}  // namespace samara::ops
