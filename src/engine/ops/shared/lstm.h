// LSTM cells: operands, checks and the three ways to compute them (float, hybrid, integer). Serves
// UNIDIRECTIONAL_SEQUENCE_LSTM and LSTM, which is a sequence of one step.
//
// With x the input and h the output of the step before, for the gates i, f, g, o:
//   gate = act(W x + R h + [w * c, the peephole of i, f, o] [normalised, times n] + b)
//   c' = f * c + i * g [clipped];  hidden = o * act(c');  h' = P hidden + p [clipped], or hidden
// Without input-gate weights i = 1 - f (coupled gates, CIFG); without projection h' = hidden.
// Rules from: LiteRT tflite/kernels/{lstm_eval,unidirectional_sequence_lstm,lstm}.cc;
// Greff et al., "LSTM: A Search Space Odyssey" (2015).
#pragma once

#include <array>

#include "engine/graph/op.h"
#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/dense.h"

namespace samara::ops::lstm {

/// Positions of the operands. Those of a gate come in the order i, f, g, o.
enum Operand {
  kInput = 0,
  kInputWeights = 1,      // 1..4
  kRecurrentWeights = 5,  // 5..8
  kPeephole = 9,          // 9..11: i, f, o
  kBias = 12,             // 12..15
  kProjection = 16,
  kProjectionBias = 17,
  kOutputState = 18,
  kCellState = 19,
  kNorm = 20,  // 20..23
};
constexpr int kI = 0, kF = 1, kG = 2, kO = 3, kGates = 4;
/// The peephole weights of a gate; the cell's own gate has none.
constexpr int peephole(int gate) { return gate == kO ? kPeephole + 2 : kPeephole + gate; }

struct Params {
  fb::ActivationFunctionType activation = fb::ActivationFunctionType_TANH;
  float cell_clip = 0, projection_clip = 0;  // 0: none
  bool time_major = true;
  bool asymmetric = false;  // hybrid inputs
  bool sequence = true;     // false: LSTM, whose input is [batch, depth]
};

struct Sizes {
  int32_t steps = 1, batch = 1, input = 0, cells = 0, output = 0;
  bool coupled = false, peephole = false, norm = false, projection = false;
  int first_gate() const { return coupled ? kF : kI; }
};

/// Factors of the integer form.
struct IntegerGate {
  kernels::Multiplier input, recurrent, cell;
};

struct State {
  Sizes sizes;
  const float *input_f32 = nullptr, *recurrent_f32 = nullptr, *projection_f32 = nullptr;  // packed
  std::array<ByteMatrix, kGates> input, recurrent;
  ByteMatrix projection;
  std::array<IntegerGate, kGates> gate;
  kernels::Multiplier hidden, project;
  int32_t hidden_zero = 0;
  int cell_exponent = 0;  // the cell state's scale is 2 to this
  int16_t cell_clip = 0;
  int8_t projection_clip = 0;
};

/// The whole of infer: operands, shapes, types, outputs and scratch.
Status infer(const Params&, Infer&);
Status prepare(const Params&, State&, Prepare&);
Status run_float(const Params&, State&, Run&);
Status run_hybrid(const Params&, State&, Run&);
Status run_integer(const Params&, State&, Run&);

// For the three forms.

Sizes sizes_of(const Params&, const Operands&);
/// Row of the input or output that step t of sequence b is.
inline int64_t row_of(const Params& p, const Sizes& s, int32_t t, int32_t b) {
  return p.time_major ? int64_t{t} * s.batch + b : int64_t{b} * s.steps + t;
}
/// Scratch slots; their meaning is the form's.
enum Slot { kSlotGates, kSlotLeft, kSlotSums, kSlotHidden, kSlotBytes, kSlots };
struct ScratchBytes {
  std::array<int64_t, kSlots> bytes{};
};
ScratchBytes float_scratch(const Sizes&);
ScratchBytes byte_scratch(const Sizes&);
Status prepare_float(const Sizes&, State&, Prepare&);
Status prepare_hybrid(State&, Prepare&);
Status prepare_integer(const Params&, State&, Prepare&);
Status check_integer(Infer&, const Sizes&);

/// Cell update and output of one step in float, for all sequences: gates[g] are [batch][cells]
/// sums without bias; `hidden` is scratch of [batch][cells] and holds the hidden values after it.
void float_cell(const Params&, const Sizes&, const Run&, std::array<float*, kGates> gates,
                float* cell_state, float* hidden);
void clip(float* values, int64_t count, float limit);

}  // namespace samara::ops::lstm
