// UNIDIRECTIONAL_SEQUENCE_LSTM: an LSTM over all steps of a sequence. Builtin 44, versions 1 to 5.
// Types: f32; f32 with 8-bit weights (hybrid); int8 or int16 with an int16 cell. See
// shared/lstm.h.
#include "engine/ops/shared/lstm.h"

namespace samara::ops {
namespace {

Result<lstm::Params> parse(const OpView& v) {
  const auto& o = v.options<fb::UnidirectionalSequenceLSTMOptions>();
  return lstm::Params{.activation = o.fused_activation_function(),
                      .cell_clip = o.cell_clip(),
                      .projection_clip = o.proj_clip(),
                      .time_major = o.time_major(),
                      .asymmetric = o.asymmetric_quantize_inputs()};
}

}  // namespace

extern constinit const OpDef unidirectional_sequence_lstm =
    define_op<lstm::Params, lstm::State, parse, lstm::infer, lstm::prepare>(
        {.name = "UNIDIRECTIONAL_SEQUENCE_LSTM", .code = 44, .versions = {1, 5}, .pure = false},
        {{{Type::f32, kAny, kAny, kAny, Type::f32},
          bind<lstm::Params, lstm::State, lstm::run_float>},
         {{Type::f32}, bind<lstm::Params, lstm::State, lstm::run_hybrid>},
         {{Type::i8}, bind<lstm::Params, lstm::State, lstm::run_integer>},
         {{Type::i16}, bind<lstm::Params, lstm::State, lstm::run_wide>}});

}  // namespace samara::ops
