#include "engine/ops/shared/rnn.h"

#include <algorithm>

namespace samara::ops::rnn {
namespace {

/// The rows of a step side by side, its results, and what Dense needs.
enum Slot { kSlotRows, kSlotResults, kSlotDense };

int32_t depth_of(const Operands& n, int input) { return n.in(input).shape.back(); }

/// The rows of step t, copied together where they lie apart.
const float* rows_of(const Sequence& s, Run& n, int input, int32_t t) {
  const float* data = n.in_data<float>(input);
  const int64_t depth = depth_of(n, input);
  if (s.time_major) return data + s.row(t, 0) * depth;
  auto* rows = reinterpret_cast<float*>(n.scratch(kSlotRows).data());
  for (int32_t b = 0; b < s.batch; ++b) {
    std::copy_n(data + s.row(t, b) * depth, depth, rows + b * depth);
  }
  return rows;
}

Status check_weights(const Infer& n, int index, Type type, const Shape& shape,
                     std::string_view what) {
  TRY(check_operand(n, index, {type}, shape, what));
  return check_scales(n.in(index), false);
}

}  // namespace

Sequence sequence_of(const Params& p, const Shape& in) {
  if (in.rank() == 2) return {1, in[0], true};
  return {in[p.time_major ? 0 : 1], in[p.time_major ? 1 : 0], p.time_major};
}

int32_t units_of(const Operands& n, const Wiring& w) { return n.in(w.weights).shape[0]; }

Status check(const Params& p, Infer& n, const Wiring& w) {
  TRY(n.has_type(n.in(w.input), {Type::f32}));
  TRY(n.has_rank(n.in(w.weights), 2));
  const Type type = n.in(w.weights).type;
  TRY(n.has_type(n.in(w.weights), {Type::f32, Type::i8, Type::u8}));
  const int32_t units = units_of(n, w), depth = depth_of(n, w.input);
  TRY(check_weights(n, w.weights, type, {units, depth}, "weights"));
  TRY(check_weights(n, w.recurrent, type, {units, units}, "recurrent weights"));
  TRY(check_operand(n, w.bias, {Type::f32}, {units}, "bias"));
  const Sequence s = sequence_of(p, n.in(w.input).shape);
  TRY(check_state(n, w.state, Type::f32, {s.batch, units}));
  if (w.aux < 0) return ok();
  Shape aux = n.in(w.input).shape;
  aux[aux.rank() - 1] = depth_of(n, w.aux);
  TRY(check_operand(n, w.aux, {Type::f32}, aux, "auxiliary input"));
  return check_weights(n, w.aux_weights, type, {units, aux.back()}, "auxiliary weights");
}

Status ask_scratch(const Params& p, Infer& n, std::initializer_list<const Wiring*> cells) {
  int64_t depth = 0, units = 0, batch = 0;
  for (const Wiring* w : cells) {
    batch = sequence_of(p, n.in(w->input).shape).batch;
    depth = std::max<int64_t>(depth, depth_of(n, w->input));
    if (w->aux >= 0) depth = std::max<int64_t>(depth, depth_of(n, w->aux));
    units = std::max<int64_t>(units, units_of(n, *w));
  }
  TRY(n.scratch(kSlotRows, batch * depth * int64_t{sizeof(float)}));
  TRY(n.scratch(kSlotResults, batch * units * int64_t{sizeof(float)}));
  return n.scratch(kSlotDense, Dense::scratch_bytes(batch, std::max(depth, units), units));
}

Status prepare(Prepare& n, const Wiring& w, Cell& cell) {
  TRY(cell.input.prepare(n, w.weights));
  TRY(cell.recurrent.prepare(n, w.recurrent));
  return w.aux < 0 ? ok() : cell.aux.prepare(n, w.aux_weights);
}

Status run(const Params& p, Run& n, const Wiring& w, const Cell& cell, bool backward, float* out,
           int64_t width) {
  const Sequence s = sequence_of(p, n.in(w.input).shape);
  const int64_t units = units_of(n, w);
  auto* results = reinterpret_cast<float*>(n.scratch(kSlotResults).data());
  auto* state = reinterpret_cast<float*>(n.in(w.state).data);
  std::byte* scratch = n.scratch(kSlotDense).data();
  const auto add = [&](const Dense& dense, const float* rows) {
    dense.accumulate(n, rows, s.batch, p.asymmetric, scratch, results, units);
  };
  for (int32_t i = 0; i < s.steps && s.batch > 0; ++i) {
    const int32_t t = backward ? s.steps - 1 - i : i;
    for (int32_t b = 0; b < s.batch; ++b) {
      std::copy_n(n.in_data<float>(w.bias), units, results + b * units);
    }
    add(cell.input, rows_of(s, n, w.input, t));
    if (w.aux >= 0) add(cell.aux, rows_of(s, n, w.aux, t));
    add(cell.recurrent, state);
    activate(p.activation, results, size_t(s.batch) * size_t(units));
    std::copy_n(results, s.batch * units, state);
    for (int32_t b = 0; b < s.batch; ++b) {
      std::copy_n(results + b * units, units, out + s.row(t, b) * width);
    }
    TRY(n.poll());
  }
  return ok();
}

}  // namespace samara::ops::rnn
