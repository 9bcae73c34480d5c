// LSTM cells: operands, checks and the three ways to compute them (float, hybrid, integer). Serves
// UNIDIRECTIONAL_SEQUENCE_LSTM, LSTM, which is a sequence of one step, and
// BIDIRECTIONAL_SEQUENCE_LSTM, which has two cells.
//
// With x the input and h the output of the step before, for the gates i, f, g, o:
//   gate = act(W x [+ A aux] + R h + [w * c, the peephole of i, f, o] [normalised, times n] + b)
//   c' = f * c + i * g [clipped];  hidden = o * act(c');  h' = P hidden + p [clipped], or hidden
// Without input-gate weights i = 1 - f (coupled gates, CIFG); without projection h' = hidden.
// Rules from: LiteRT tflite/kernels/{lstm_eval,unidirectional_sequence_lstm,lstm}.cc;
// Greff et al., "LSTM: A Search Space Odyssey" (2015).
#pragma once

#include <array>

#include "engine/graph/op.h"
#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/dense.h"
#include "engine/ops/shared/sigmoid.h"

namespace samara::ops::lstm {

/// A cell's operands. Those of a gate come in the order i, f, g, o.
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
  kAux = 24,
  kAuxWeights = 25,  // 25..28
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

/// Where a node has a cell's operands: an only cell as numbered above; those of
/// BIDIRECTIONAL_SEQUENCE_LSTM one after the other, their states and auxiliary operands last.
struct Wiring {
  enum Cell : uint8_t { only, forward, backward } cell = only;
  /// Without weights of its own, the auxiliary input is the backward cell's input.
  bool crossed = false;

  /// The position of an operand; -1: such a cell has none.
  int at(int operand) const {
    const int second = cell == backward ? 1 : 0;
    if (cell == only) return operand < kAux ? operand : -1;
    if (operand == kInput) return crossed && second ? 39 : 0;
    if (operand <= kProjectionBias) return operand + 17 * second;
    if (operand < kNorm) return operand - kOutputState + 35 + 2 * second;
    if (operand == kAux) return crossed ? -1 : 39;
    return operand < kAux ? -1 : operand - kAuxWeights + 40 + 4 * second;
  }
  bool has(const Operands& n, int operand) const {
    const int i = at(operand);
    return i >= 0 && i < n.inputs() && n.has(i);
  }
};

struct Sizes {
  Wiring wiring;
  int at(int operand) const { return wiring.at(operand); }
  int32_t steps = 1, batch = 1, input = 0, aux = 0, cells = 0, output = 0;
  bool coupled = false, peephole = false, norm = false, projection = false, diagonal = false;
  int first_gate() const { return coupled ? kF : kI; }
};

/// Factors of the integer form.
struct IntegerGate {
  kernels::Multiplier input, recurrent, cell;
  kernels::Multiplier norm;
  kernels::Multiplier input_sum, state_sum;  // of 8-bit products
  int32_t least_variance = 1;                // what counts where there is none
};

struct State {
  Sizes sizes;
  // Packed.
  const float *input_f32 = nullptr, *aux_f32 = nullptr, *recurrent_f32 = nullptr;
  const float* projection_f32 = nullptr;
  std::array<ByteMatrix, kGates> input, aux, recurrent;
  ByteMatrix projection;
  std::array<IntegerGate, kGates> gate;
  kernels::Multiplier hidden, project;
  kernels::Multiplier kept, added;       // of int16 activations: parts of the cell state
  Sigmoid gate_function, cell_function;  // of int16 activations
  int32_t hidden_zero = 0;
  int cell_exponent = 0;  // the cell state's scale is 2 to this
  int16_t cell_clip = 0;
  int8_t projection_clip = 0;
};

/// Where a cell's outputs go: row r at data + r * width.
struct Output {
  float* data = nullptr;
  int64_t width = 0;
};

/// The whole of infer for an only cell: operands, shapes, types, outputs and scratch.
Status infer(const Params&, Infer&);
Status prepare(const Params&, State&, Prepare&);
Status run_float(const Params&, State&, Run&);
Status run_hybrid(const Params&, State&, Run&);
Status run_integer(const Params&, State&, Run&);
Status run_wide(const Params&, State&, Run&);
Status run_bytes(const Params&, State&, Run&);
/// Whether the node's products are 8-bit.
inline bool has_byte_products(const Operands& n) { return n.intermediates() == 12; }

// For two cells.

/// Checks the cell's operands; its outputs are `output` wide.
Status check_cell(const Params&, const Infer&, const Wiring&, int32_t& output);
Status ask_scratch(const Params&, Infer&, std::initializer_list<Wiring> cells);
Status prepare_cell(const Params&, const Wiring&, State&, Prepare&);
Status run_float_cell(const Params&, State&, Run&, Output);
Status run_hybrid_cell(const Params&, State&, Run&, Output);

// For the three forms.

Sizes sizes_of(const Params&, const Operands&, const Wiring&);
/// The step that is run after `done` others.
inline int32_t step_of(const Sizes& s, int32_t done) {
  return s.wiring.cell == Wiring::backward ? s.steps - 1 - done : done;
}
/// gates[b][i] += the diagonal recurrent weights times the state.
void add_diagonal(const Sizes&, const Run&, int gate, const float* state, float* sums,
                  int64_t width);
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
Status check_integer(const Infer&, const Sizes&);
Status prepare_wide(const Params&, State&, Prepare&);
Status check_wide(const Infer&, const Sizes&);
Status prepare_bytes(const Params&, State&, Prepare&);
Status check_bytes(const Infer&, const Sizes&);
/// The cell state's scale is a power of two that tanh is computed for.
Status check_cell_scale(const Infer&);

/// Cell update and output of one step in float, for all sequences: gates[g] are [batch][cells]
/// sums without bias; `hidden` is scratch of [batch][cells] and holds the hidden values after it.
void float_cell(const Params&, const Sizes&, const Run&, std::array<float*, kGates> gates,
                float* cell_state, float* hidden);
void clip(float* values, int64_t count, float limit);
const float* projection_bias(const Sizes&, const Run&);
/// Copies the outputs of step t from the state.
void write_step(const Params&, const Sizes&, int32_t t, const float* state_out, Output to);

}  // namespace samara::ops::lstm
