#include "engine/ops/shared/lstm.h"

#include <algorithm>
#include <cmath>

namespace samara::ops::lstm {
namespace {

/// A cell's operand, which must be there or not as `wanted` says.
Status check_optional(const Infer& n, const Sizes& s, int operand, bool wanted, Type type,
                      const Shape& shape, std::string_view what) {
  if (wanted) return check_operand(n, s.at(operand), {type}, shape, what);
  if (!s.wiring.has(n, operand)) return ok();
  return Error(Code::invalid_model,
               cat(what, " (input ", s.at(operand), ") is there without the others"));
}

struct Forms {
  Type weights = Type::f32, vectors = Type::f32, bias = Type::f32, cell = Type::f32;
};

Status check_gates(const Infer& n, const Sizes& s, const Forms& form) {
  const Type norm = form.cell == Type::i16 ? Type::i16 : Type::f32;
  // Hybrid diagonals stay in float.
  const Type recurrent = s.diagonal ? Type::f32 : form.weights;
  const Shape recurrent_shape = s.diagonal ? Shape{s.cells} : Shape{s.cells, s.output};
  for (int gate = 0; gate < kGates; ++gate) {
    const bool there = gate != kI || !s.coupled;
    const auto check = [&](int first, bool wanted, Type type, const Shape& shape,
                           std::string_view what) {
      return check_optional(n, s, first + gate, there && wanted, type, shape, what);
    };
    TRY(check(kInputWeights, true, form.weights, {s.cells, s.input}, "weights"));
    TRY(check(kRecurrentWeights, true, recurrent, recurrent_shape, "recurrent weights"));
    TRY(check(kBias, true, form.bias, {s.cells}, "bias"));
    TRY(check(kNorm, s.norm, norm, {s.cells}, "normalisation weights"));
    TRY(check(kAuxWeights, s.aux > 0, form.weights, {s.cells, s.aux}, "auxiliary weights"));
    if (gate == kG) continue;
    TRY(check_optional(n, s, peephole(gate), there && s.peephole, form.vectors, {s.cells},
                       "peephole weights"));
  }
  return ok();
}

/// Older models have states of other shapes, which hold as many values.
Status check_state(const Infer& n, int index, Type type, int64_t rows, int64_t width) {
  const Tensor& t = n.in(index);
  TRY(n.has_type(t, {type}));
  if (checked_mul(rows, width) != t.shape.elements()) {
    return Error(Code::invalid_model, cat("state '", t.name, "' has shape ", t.shape.text(),
                                          ", not [", rows, ", ", width, "]"));
  }
  if (t.variable) return ok();
  return Error(Code::invalid_model, cat("state '", t.name, "' is no variable tensor"));
}

/// The ranks that sizes_of() relies on.
Status check_ranks(const Params& p, const Infer& n, const Wiring& w) {
  if (!(p.cell_clip >= 0) || !(p.projection_clip >= 0)) {
    return Error(Code::invalid_model, "has a negative clip");
  }
  for (const int operand : {int(kInput), kInputWeights + kO, kRecurrentWeights + kO,
                            int(kOutputState), int(kCellState)}) {
    if (!w.has(n, operand)) {
      return Error(Code::invalid_model, cat("input ", w.at(operand), " is missing"));
    }
  }
  TRY(n.has_rank(n.in(w.at(kInput)), p.sequence ? 3 : 2));
  if (w.has(n, kAux)) TRY(n.has_rank(n.in(w.at(kAux)), 3));
  TRY(n.has_rank(n.in(w.at(kInputWeights + kO)), 2));
  const Tensor& recurrent = n.in(w.at(kRecurrentWeights + kO));
  if (p.sequence && w.cell == Wiring::only && recurrent.shape.rank() == 1) return ok();
  return n.has_rank(recurrent, 2);
}

}  // namespace

Sizes sizes_of(const Params& p, const Operands& n, const Wiring& w) {
  Sizes s;
  s.wiring = w;
  const Shape& in = n.in(w.at(kInput)).shape;
  if (p.sequence) {
    s.steps = in[p.time_major ? 0 : 1];
    s.batch = in[p.time_major ? 1 : 0];
  } else {
    s.batch = in[0];
  }
  s.input = in.back();
  s.aux = w.has(n, kAux) ? n.in(w.at(kAux)).shape.back() : 0;
  s.cells = n.in(w.at(kInputWeights + kO)).shape[0];
  s.diagonal = n.in(w.at(kRecurrentWeights + kO)).shape.rank() == 1;
  s.output = n.in(w.at(kRecurrentWeights + kO)).shape.back();
  s.coupled = !w.has(n, kInputWeights + kI);
  s.peephole = w.has(n, peephole(kO));
  s.norm = w.has(n, kNorm + kO);
  s.projection = w.has(n, kProjection);
  return s;
}

Status check_cell(const Params& p, const Infer& n, const Wiring& w, int32_t& output) {
  TRY(check_ranks(p, n, w));
  const Sizes s = sizes_of(p, n, w);
  const Tensor &in = n.in(w.at(kInput)), &weights = n.in(w.at(kInputWeights + kO));
  const bool integer = in.type == Type::i8, wide = in.type == Type::i16;
  Forms form;
  form.weights = weights.type;
  if (integer) {
    TRY(n.has_type(weights, {Type::i8}));
    form = {Type::i8, Type::i16, Type::i32, Type::i16};
  } else if (wide) {
    TRY(n.has_type(weights, {Type::i8}));
    form = {Type::i8, Type::i16, Type::i64, Type::i16};
  } else {
    TRY(n.has_type(in, {Type::f32}));
    TRY(n.has_type(weights, {Type::f32, Type::i8, Type::u8}));
    form.vectors = weights.type;
  }
  TRY(check_gates(n, s, form));
  TRY(check_optional(n, s, kProjection, s.projection, form.weights, {s.output, s.cells},
                     "projection"));
  const bool bias = s.projection && w.has(n, kProjectionBias);
  TRY(check_optional(n, s, kProjectionBias, bias, form.bias, {s.output}, "projection bias"));
  if ((!s.projection || s.diagonal) && s.output != s.cells) {
    return Error(Code::invalid_model,
                 cat("has ", s.cells, " cells and ", s.output, " outputs, and no projection"));
  }
  TRY(check_state(n, w.at(kOutputState), in.type, s.batch, s.output));
  TRY(check_state(n, w.at(kCellState), form.cell, s.batch, s.cells));
  output = s.output;
  if (wide) return check_wide(n, s);
  if (integer && !p.sequence && has_byte_products(n)) return check_bytes(n, s);
  return integer ? check_integer(n, s) : ok();
}

Status ask_scratch(const Params& p, Infer& n, std::initializer_list<Wiring> cells) {
  ScratchBytes most;
  for (const Wiring& w : cells) {
    const Sizes s = sizes_of(p, n, w);
    const bool floats = n.in(w.at(kInputWeights + kO)).type == Type::f32;
    const ScratchBytes own = floats ? float_scratch(s) : byte_scratch(s);
    for (size_t i = 0; i < kSlots; ++i) most.bytes[i] = std::max(most.bytes[i], own.bytes[i]);
  }
  for (int slot = 0; slot < kSlots; ++slot) TRY(n.scratch(slot, most.bytes[size_t(slot)]));
  return ok();
}

Status infer(const Params& p, Infer& n) {
  if (n.inputs() != 20 && n.inputs() != 24) {
    return Error(Code::invalid_model, cat("takes 20 or 24 inputs, not ", n.inputs()));
  }
  if (n.outputs() != 1) return Error(Code::invalid_model, "gives 1 output");
  int32_t output = 0;
  TRY(check_cell(p, n, {}, output));
  TRY(n.same_type(n.in(kInput), n.out(0)));
  Shape out = n.in(kInput).shape;
  out[out.rank() - 1] = output;
  TRY(n.set_shape(n.out(0), out));
  return ask_scratch(p, n, {Wiring{}});
}

Status prepare_cell(const Params& p, const Wiring& w, State& s, Prepare& n) {
  s.sizes = sizes_of(p, n, w);
  for (int i = kInputWeights; i < kAuxWeights + kGates; ++i) {
    const bool weights = i <= kProjection || i >= kAuxWeights;
    if (weights && w.has(n, i) && !n.in(w.at(i)).constant) {
      return Error(Code::unsupported,
                   cat("weights '", n.in(w.at(i)).name, "' are computed at run time"));
    }
  }
  if (n.in(w.at(kInputWeights + kO)).type == Type::f32) return prepare_float(s.sizes, s, n);
  const Type in = n.in(w.at(kInput)).type;
  if (in == Type::i16) return prepare_wide(p, s, n);
  if (in == Type::f32) return prepare_hybrid(s, n);
  const bool bytes = !p.sequence && has_byte_products(n);
  return bytes ? prepare_bytes(p, s, n) : prepare_integer(p, s, n);
}

Status prepare(const Params& p, State& s, Prepare& n) { return prepare_cell(p, Wiring{}, s, n); }

namespace {
Output only_output(const State& s, const Run& n) { return {n.out_data<float>(0), s.sizes.output}; }
}  // namespace

Status run_float(const Params& p, State& s, Run& n) {
  return run_float_cell(p, s, n, only_output(s, n));
}
Status run_hybrid(const Params& p, State& s, Run& n) {
  return run_hybrid_cell(p, s, n, only_output(s, n));
}

void add_diagonal(const Sizes& s, const Run& n, int gate, const float* state, float* sums,
                  int64_t width) {
  const auto* w = n.in_data<float>(s.at(kRecurrentWeights + gate));
  for (int32_t b = 0; b < s.batch; ++b, sums += width, state += s.output) {
    for (int32_t i = 0; i < s.cells; ++i) sums[i] += w[i] * state[i];
  }
}

ScratchBytes byte_scratch(const Sizes& s) {
  const int64_t rows = s.batch, most = std::max({s.input, s.aux, s.cells, s.output});
  ScratchBytes out;
  out.bytes[kSlotGates] = kGates * rows * s.cells * int64_t(sizeof(float));
  out.bytes[kSlotLeft] = kernels::kGemmI8MaxRows * padded_left_bytes(most);
  out.bytes[kSlotSums] =
      rows * padded_columns(std::max(s.cells, s.output)) * int64_t(sizeof(int32_t));
  out.bytes[kSlotHidden] = rows * s.cells * int64_t(sizeof(float));
  // A quantized row of each operand, and what it was quantized with.
  out.bytes[kSlotBytes] = rows * most + 64 + rows * 2 * int64_t(sizeof(float));
  return out;
}

}  // namespace samara::ops::lstm
