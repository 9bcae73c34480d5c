// The BASIC kernel of LSTM: input and last output side by side, multiplied with the joined weights
// of all gates. Inputs: input [batch, depth], last output [batch, cells], weights [4 * cells, depth
// + cells] in the order i, g, f, o, bias, cell state. Outputs: output, cell state, and what older
// models keep for reading: the joined input and the gates before their functions.
// Types: f32; uint8 with an int16 cell state of scale 2^-11.
// Rules from: LiteRT tflite/kernels/lstm.cc (basic), internal/reference/lstm_cell.h.
#pragma once

#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/dense.h"

namespace samara::ops::basic_lstm {

struct State {
  Dense weights;
  kernels::Multiplier to_gate;
};

Status infer(Infer&);
Status prepare(State&, Prepare&);
Status run_f32(State&, Run&);
Status run_u8(State&, Run&);

}  // namespace samara::ops::basic_lstm
