// WHILE loops over time whose body is an LSTM or GRU cell, with float or int8 weights, as converters leave
// recurrent layers that they do not fuse: found in the graph, and run as what they are. The input's
// share of all steps is one product, and a step is one more and a few vector operations, where the
// plain loop runs and copies for every node. Whatever is not exactly such a loop stays one.
//
// The loop counts one or two variables up by 1, t among them, while they are less than a constant, or
// than a variable that stays as it is. The body's variables, in any order: those counters, the input
// x [steps, batch, depth] of which it takes row t (GATHER), the state h [batch, units], for LSTM the
// cell c, and maybe the outputs y: [steps, batch, units], of which it sets row t (by
// DYNAMIC_UPDATE_SLICE, or put together of what is before it, the row and what is behind it), or the
// last output alone, [1, batch, units].
//   LSTM   i, f, g, o = SPLIT(W x + U h + b); c' = s(f) c + s(i) tanh(g); h' = s(o) tanh(c')
//   GRU    s(a + u) and tanh(a + s(a + u) u) of SPLIT(W x + b) and SPLIT(U h + b'), as Keras has it
//          with reset_after; without, tanh(a + V (s(a + u) h)), and U is of two gates; a SPLIT may be
//          columns cut out one by one; h' = z h + (1 - z) n
// Where the layer is masked there are two more: the mask [steps, batch, 1], by row t of which SELECT_V2
// has the state (and the cell) stay as they are, and what was put out last, which stays as well, and
// of which y then has the rows.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "engine/ops/shared/hybrid_matrix.h"
#include "engine/ops/shared/loop.h"

namespace samara::ops {

/// A matrix [rows, depth] of constant weights, maybe some columns of a wider one, and its bias.
struct CellWeights {
  const float* rows = nullptr;
  const float* bias = nullptr;  // null: none
  int64_t stride = 0;
  int tensor = -1, first_column = 0;  // where it is from
  // Of a layer with int8 weights: those, how it quantizes rows, and a bias that is added afterwards.
  const Tensor* bytes = nullptr;
  bool asymmetric = false;
  const float* added = nullptr;
};

/// What one of a cell's inputs contributes to all gates: weights times its rows.
class CellProduct {
 public:
  Status prepare(Prepare& n, const CellWeights& w, int64_t columns, int64_t depth,
                 const char* what);
  void run(Run& n, const float* rows, int64_t count, std::byte* scratch, float* out) const;

 private:
  int64_t columns_ = 0, depth_ = 0;
  const float* floats_ = nullptr;
  HybridMatrix bytes_;
  // Of byte weights; both belong to the model.
  const float *bias_ = nullptr, *added_ = nullptr;
};
struct CellProducts {
  CellProduct of_input, of_state, of_reset;
};

struct CellLoop {
  enum Kind : uint8_t { lstm, gru } kind = lstm;
  /// A variable that counts, and what it stays less than: a constant, or another variable.
  struct Counter {
    int variable = -1;
    bool bounded = false;
    int32_t end = 0;
    int end_variable = -1;
  };
  std::vector<Counter> counters;
  // Numbers of the loop's variables; -1: there is none. `time` is the counter that says which row.
  int time = -1, input = -1, state = -1, cell = -1, output = -1, mask = -1, previous = -1;
  bool last_only = false;    // the output is that of the last step
  bool reset_first = false;  // of a GRU: its reset gate comes before the product
  // One layer of int8 weights for both, which quantizes their rows together: of_state alone, of the
  // input and the state side by side.
  bool together = false, state_first = false;
  std::array<int, 4> gate{};  // place in the split of i, f, g, o; or of z, r, n
  CellWeights of_input, of_state, of_reset;
  const float* late_bias = nullptr;  // with byte weights: added to the sum of both
  int32_t steps = 0, batch = 0, depth = 0, units = 0;
  int32_t gates() const { return kind == lstm ? 4 : 3; }
  int32_t gates_of_state() const { return reset_first ? 2 : gates(); }
  int64_t depth_of_state() const { return int64_t{units} + (together ? depth : 0); }
};

/// What the loop is, if it is one of those: by its subgraphs and its inputs' shapes.
std::optional<CellLoop> find_cell_loop(const Operands& n, const LoopParams& p);

Status infer_cell_loop(const CellLoop& c, Infer& n);
Status prepare_cell_loop(LoopState& s, Prepare& n);
/// The iterations of this run, if it is of a kind that the cell can stand for: counters and sizes
/// within range, nobody who counts or watches iterations. Else 0.
int64_t cell_turns(const CellLoop& c, const Run& n);
/// The loop's variables are in the outputs, and stay there.
Status run_cell_loop(const LoopState& s, int64_t turns, Run& n);

}  // namespace samara::ops
