// LSTM: one step of the cell. Builtin 16, versions 1 to 4, the FULL kernel; BASIC (5 inputs, one
// joined weight matrix) is refused. Types and operands: shared/lstm.h.
#include "engine/ops/shared/lstm.h"

namespace samara::ops {
namespace {

Result<lstm::Params> parse(const OpView& v) {
  const auto& o = v.options<fb::LSTMOptions>();
  if (o.kernel_type() != fb::LSTMKernelType_FULL) {
    return Error(Code::unsupported, "the BASIC kernel is not supported");
  }
  return lstm::Params{.activation = o.fused_activation_function(),
                      .cell_clip = o.cell_clip(),
                      .projection_clip = o.proj_clip(),
                      .asymmetric = o.asymmetric_quantize_inputs(),
                      .sequence = false};
}

}  // namespace

extern constinit const OpDef lstm_ =
    define_op<lstm::Params, lstm::State, parse, lstm::infer, lstm::prepare>(
        {.name = "LSTM", .code = 16, .versions = {1, 4}, .pure = false},
        {{{Type::f32, kAny, kAny, kAny, Type::f32},
          bind<lstm::Params, lstm::State, lstm::run_float>},
         {{Type::f32, kAny, kAny, kAny, Type::i8},
          bind<lstm::Params, lstm::State, lstm::run_hybrid>},
         {{Type::i8}, bind<lstm::Params, lstm::State, lstm::run_integer>}});

}  // namespace samara::ops
