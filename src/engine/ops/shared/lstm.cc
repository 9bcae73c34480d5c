#include "engine/ops/shared/lstm.h"

#include <algorithm>
#include <cmath>

namespace samara::ops::lstm {
namespace {

Status check_shape(const Operands& n, int index, const Shape& wanted, std::string_view what) {
  const Tensor& t = n.in(index);
  if (t.shape == wanted) return ok();
  return Error(Code::invalid_model,
               cat(what, " '", t.name, "' has shape ", t.shape.text(), ", not ", wanted.text()));
}

/// Operand `index` of that type and shape, which must be there or not as `wanted` says.
Status check_operand(const Infer& n, int index, bool wanted, Type type, const Shape& shape,
                     std::string_view what) {
  if (n.has(index) != wanted) {
    return Error(Code::invalid_model, cat(what, " (input ", index, ") ",
                                          wanted ? "is missing" : "is there without the others"));
  }
  if (!wanted) return ok();
  if (n.in(index).shape.rank() == 1 && shape.rank() == 2) {
    return Error(Code::unsupported, cat("diagonal recurrent weights '", n.in(index).name, "'"));
  }
  TRY(n.has_type(n.in(index), {type}));
  return check_shape(n, index, shape, what);
}

struct Forms {
  Type weights = Type::f32, vectors = Type::f32, bias = Type::f32, cell = Type::f32;
};

Status check_gates(const Infer& n, const Sizes& s, const Forms& form) {
  for (int gate = 0; gate < kGates; ++gate) {
    const bool there = gate != kI || !s.coupled;
    TRY(check_operand(n, kInputWeights + gate, there, form.weights, {s.cells, s.input}, "weights"));
    TRY(check_operand(n, kRecurrentWeights + gate, there, form.weights, {s.cells, s.output},
                      "recurrent weights"));
    TRY(check_operand(n, kBias + gate, there, form.bias, {s.cells}, "bias"));
    if (gate != kG) {
      TRY(check_operand(n, peephole(gate), there && s.peephole, form.vectors, {s.cells},
                        "peephole weights"));
    }
    if (n.inputs() <= kNorm) continue;
    const Type norm = form.cell == Type::i16 ? Type::i16 : Type::f32;
    TRY(check_operand(n, kNorm + gate, there && s.norm, norm, {s.cells}, "normalisation weights"));
  }
  return ok();
}

Status check_state(const Infer& n, int index, Type type, const Shape& shape) {
  TRY(check_operand(n, index, true, type, shape, "state"));
  if (n.in(index).variable) return ok();
  return Error(Code::invalid_model, cat("state '", n.in(index).name, "' is no variable tensor"));
}

Status check_params(const Params& p) {
  if (!(p.cell_clip >= 0) || !(p.projection_clip >= 0)) {
    return Error(Code::invalid_model, "has a negative clip");
  }
  return ok();
}

/// The ranks that sizes_of() relies on.
Status check_ranks(const Params& p, const Infer& n) {
  if (n.inputs() != 20 && n.inputs() != 24) {
    return Error(Code::invalid_model, cat("takes 20 or 24 inputs, not ", n.inputs()));
  }
  if (n.outputs() != 1) return Error(Code::invalid_model, "gives 1 output");
  for (const int index : {int(kInput), kInputWeights + kO, kRecurrentWeights + kO,
                          int(kOutputState), int(kCellState)}) {
    if (!n.has(index)) return Error(Code::invalid_model, cat("input ", index, " is missing"));
  }
  TRY(n.has_rank(n.in(kInput), p.sequence ? 3 : 2));
  TRY(n.has_rank(n.in(kInputWeights + kO), 2));
  if (n.in(kRecurrentWeights + kO).shape.rank() == 1) {
    return Error(Code::unsupported, "diagonal recurrent weights");
  }
  return n.has_rank(n.in(kRecurrentWeights + kO), 2);
}

}  // namespace

Sizes sizes_of(const Params& p, const Operands& n) {
  Sizes s;
  const Shape& in = n.in(kInput).shape;
  if (p.sequence) {
    s.steps = in[p.time_major ? 0 : 1];
    s.batch = in[p.time_major ? 1 : 0];
  } else {
    s.batch = in[0];
  }
  s.input = in.back();
  s.cells = n.in(kInputWeights + kO).shape[0];
  s.output = n.in(kRecurrentWeights + kO).shape[1];
  s.coupled = !n.has(kInputWeights + kI);
  s.peephole = n.has(peephole(kO));
  s.norm = n.inputs() > kNorm && n.has(kNorm + kO);
  s.projection = n.has(kProjection);
  return s;
}

Status infer(const Params& p, Infer& n) {
  TRY(check_params(p));
  TRY(check_ranks(p, n));
  const Sizes s = sizes_of(p, n);
  const Type in = n.in(kInput).type;
  const Type weights = n.in(kInputWeights + kO).type;
  TRY(n.has_type(n.in(kInput), {Type::f32, Type::i8}));
  TRY(n.has_type(n.in(kInputWeights + kO), {in, Type::i8}));
  TRY(n.same_type(n.in(kInput), n.out(0)));
  Forms form;
  form.weights = weights;
  if (in == Type::i8) {
    form = {Type::i8, Type::i16, Type::i32, Type::i16};
  } else if (weights == Type::i8) {
    form.vectors = Type::i8;
  }
  TRY(check_gates(n, s, form));
  TRY(check_operand(n, kProjection, s.projection, form.weights, {s.output, s.cells}, "projection"));
  const bool bias = n.has(kProjectionBias);
  TRY(check_operand(n, kProjectionBias, bias && s.projection, form.bias, {s.output},
                    "projection bias"));
  if (!s.projection && s.output != s.cells) {
    return Error(Code::invalid_model,
                 cat("has ", s.cells, " cells and ", s.output, " outputs, and no projection"));
  }
  TRY(check_state(n, kOutputState, in, {s.batch, s.output}));
  TRY(check_state(n, kCellState, form.cell, {s.batch, s.cells}));
  if (in == Type::i8) TRY(check_integer(n, s));
  Shape out = n.in(kInput).shape;
  out[out.rank() - 1] = s.output;
  TRY(n.set_shape(n.out(0), out));
  const ScratchBytes scratch = weights == Type::f32 ? float_scratch(s) : byte_scratch(s);
  for (int slot = 0; slot < kSlots; ++slot) TRY(n.scratch(slot, scratch.bytes[size_t(slot)]));
  return ok();
}

Status prepare(const Params& p, State& s, Prepare& n) {
  s.sizes = sizes_of(p, n);
  for (int i = kInputWeights; i <= kProjection; ++i) {
    if (n.has(i) && !n.in(i).constant) {
      return Error(Code::unsupported, cat("weights '", n.in(i).name, "' are computed at run time"));
    }
  }
  if (n.in(kInputWeights + kO).type == Type::f32) return prepare_float(s.sizes, s, n);
  return n.in(kInput).type == Type::f32 ? prepare_hybrid(s, n) : prepare_integer(p, s, n);
}

ScratchBytes byte_scratch(const Sizes& s) {
  const int64_t rows = s.batch, most = std::max({s.input, s.cells, s.output});
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
