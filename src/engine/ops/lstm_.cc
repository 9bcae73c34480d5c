// LSTM: one step of the cell. Builtin 16, versions 1 to 5. The FULL kernel: shared/lstm.h; BASIC,
// with one joined weight matrix: shared/lstm_basic.h.
#include "engine/ops/shared/lstm.h"
#include "engine/ops/shared/lstm_basic.h"

namespace samara::ops {
namespace {

struct Params {
  lstm::Params full;
  bool basic = false;
};

struct State {
  lstm::State full;
  basic_lstm::State basic;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::LSTMOptions>();
  return Params{.full = {.activation = o.fused_activation_function(),
                         .cell_clip = o.cell_clip(),
                         .projection_clip = o.proj_clip(),
                         .asymmetric = o.asymmetric_quantize_inputs(),
                         .sequence = false},
                .basic = o.kernel_type() == fb::LSTMKernelType_BASIC};
}

Status infer(const Params& p, Infer& n) {
  return p.basic ? basic_lstm::infer(n) : lstm::infer(p.full, n);
}

Status prepare(const Params& p, State& s, Prepare& n) {
  return p.basic ? basic_lstm::prepare(s.basic, n) : lstm::prepare(p.full, s.full, n);
}

Status run_f32(const Params& p, State& s, Run& n) {
  if (p.basic) return basic_lstm::run_f32(s.basic, n);
  const bool floats = n.in(lstm::kInputWeights + lstm::kO).type == Type::f32;
  return floats ? lstm::run_float(p.full, s.full, n) : lstm::run_hybrid(p.full, s.full, n);
}
// What infer() lets through of these types is of one kernel alone.
Status run_u8(const Params&, State& s, Run& n) { return basic_lstm::run_u8(s.basic, n); }
Status run_i8(const Params& p, State& s, Run& n) {
  return lstm::has_byte_products(n) ? lstm::run_bytes(p.full, s.full, n)
                                    : lstm::run_integer(p.full, s.full, n);
}
Status run_i16(const Params& p, State& s, Run& n) { return lstm::run_wide(p.full, s.full, n); }

}  // namespace

extern constinit const OpDef lstm_ = define_op<Params, State, parse, infer, prepare>(
    {.name = "LSTM", .code = 16, .versions = {1, 5}, .pure = false},
    {{Type::f32, bind<Params, State, run_f32>},
     {Type::u8, bind<Params, State, run_u8>},
     {Type::i8, bind<Params, State, run_i8>},
     {Type::i16, bind<Params, State, run_i16>}});

}  // namespace samara::ops
