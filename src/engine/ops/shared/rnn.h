// The cell of RNN, UNIDIRECTIONAL_SEQUENCE_RNN and BIDIRECTIONAL_SEQUENCE_RNN:
//   h' = act(b + W x [+ A aux] + R h), and the output is h'
// in float, or hybrid with 8-bit weights. Rules from: LiteRT tflite/kernels/{basic_rnn,
// unidirectional_sequence_rnn,bidirectional_sequence_rnn}.cc, internal/kernel_utils.cc
// (RnnBatchStep).
#pragma once

#include "engine/ops/shared/dense.h"

namespace samara::ops::rnn {

/// Positions of a cell's operands; -1: none.
struct Wiring {
  int input = 0, weights = 1, recurrent = 2, bias = 3, state = 4;
  int aux = -1, aux_weights = -1;
};

struct Params {
  Activation activation = fb::ActivationFunctionType_NONE;
  bool time_major = true;
  bool asymmetric = false;
  bool merge_outputs = false;  // of two directions
};

struct Cell {
  Dense input, recurrent, aux;
};

/// How input and output lie: rows of `steps` times `batch`.
struct Sequence {
  int32_t steps = 1, batch = 1;
  bool time_major = true;
  int64_t row(int32_t t, int32_t b) const {
    return time_major ? int64_t{t} * batch + b : int64_t{b} * steps + t;
  }
};
/// Of an input that is [batch, depth], or [time, batch, depth] or [batch, time, depth].
Sequence sequence_of(const Params&, const Shape& input);
int32_t units_of(const Operands& n, const Wiring& w);

/// Checks a cell's operands; the input's rank is known to be right.
Status check(const Params&, Infer& n, const Wiring& w);
/// Asks for what run() needs; several cells of a node share it.
Status ask_scratch(const Params&, Infer& n, std::initializer_list<const Wiring*> cells);
Status prepare(Prepare& n, const Wiring& w, Cell& cell);
/// Runs all steps; row r of the output lies at out + r * width.
Status run(const Params&, Run& n, const Wiring& w, const Cell& cell, bool backward, float* out,
           int64_t width);

// RNN and its unidirectional sequence, whose input has this rank.
template <int rank>
Status infer_one(const Params& p, Infer& n) {
  TRY(check_counts(n, 5, 1, {0, 1, 2, 3, 4}));
  TRY(n.has_rank(n.in(0), rank));
  const Wiring w;
  TRY(check(p, n, w));
  TRY(n.same_type(n.in(0), n.out(0)));
  Shape out = n.in(0).shape;
  out[rank - 1] = units_of(n, w);
  TRY(n.set_shape(n.out(0), out));
  return ask_scratch(p, n, {&w});
}
inline Status prepare_one(const Params&, Cell& cell, Prepare& n) { return prepare(n, {}, cell); }
inline Status run_one(const Params& p, Cell& cell, Run& n) {
  return run(p, n, {}, cell, false, n.out_data<float>(0), n.out(0).shape.back());
}

}  // namespace samara::ops::rnn
