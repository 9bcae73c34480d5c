// Roll: elements moved along axes (input 2) by so many places (input 1), those that fall off at the
// end coming in again at the start. Custom operator, version 1. Rules from: LiteRT
// tflite/kernels/roll.cc: an axis that is named twice is moved by both.
#include <cstring>

#include "engine/graph/strings.h"
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/parallel.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

/// For each axis, by how much it moves: [0, its size).
Result<Ints> shifts_of(const Operands& n) {
  const Shape& shape = n.in(0).shape;
  TRY_SET(const Ints shifts, read_ints(n, 1));
  TRY_SET(const Ints axes, read_ints(n, 2));
  Ints out;
  out.size = shape.rank();
  for (int i = 0; i < axes.size; ++i) {
    TRY_SET(const int axis, resolve_axis(n, 2, axes[i], shape.rank()));
    if (shape[axis] == 0) continue;
    const int64_t sum = out[axis] + shifts[i] % shape[axis];
    out[axis] = (sum % shape[axis] + shape[axis]) % shape[axis];
  }
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 3));
  for (const int i : {1, 2}) {
    TRY(n.has_type(n.in(i), {Type::i32, Type::i64}));
    if (n.in(i).shape.rank() > 1)
      return Error(Code::invalid_model, cat("input ", i, " has shape ", n.in(i).shape.text(),
                                            "; it must be a scalar or a vector"));
  }
  if (n.in(1).shape.elements() != n.in(2).shape.elements())
    return Error(Code::invalid_model, cat("has ", n.in(1).shape.elements(), " shifts for ",
                                          n.in(2).shape.elements(), " axes"));
  if (n.known(1) && n.known(2)) TRY(shifts_of(n));
  return set_shape_or_later(n, n.out(0), n.in(0).shape);
}

/// Where output element `index` comes from, along dimensions [0, rank).
int64_t source_of(int64_t index, const Shape& shape, const Ints& shifts, int rank) {
  int64_t source = 0, step = 1;
  for (int d = rank - 1; d >= 0; --d) {
    const int64_t at = index % shape[d] - shifts[d];
    source += (at < 0 ? at + shape[d] : at) * step;
    step *= shape[d];
    index /= shape[d];
  }
  return source;
}

Status run(const NoParams&, Run& n) {
  const Tensor &in = n.in(0), &out = n.out(0);
  const Shape& shape = in.shape;
  TRY_SET(const Ints shifts, shifts_of(n));
  if (in.type == Type::string)
    return pick_strings(n, in, out, shape,
                        [&](int64_t i) { return source_of(i, shape, shifts, shape.rank()); });
  if (shape.elements() == 0) return ok();
  int last = shape.rank() - 1;  // the innermost dimension that moves
  while (last > 0 && shifts[last] == 0) --last;
  const int64_t unit = shape.range(last + 1, shape.rank()) * element_size(in.type);
  const int64_t row = last >= 0 ? shape[last] * unit : unit;
  const int64_t head = last >= 0 ? shifts[last] * unit : 0;  // bytes that come in again
  const auto rows = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const std::byte* from = in.data + source_of(i, shape, shifts, last) * row;
      std::byte* to = out.data + i * row;
      std::memcpy(to, from + row - head, size_t(head));
      std::memcpy(to + head, from, size_t(row - head));
    }
  };
  for_elements(n.pool(), shape.range(0, std::max(last, 0)), rows, 1 + row / 16);
  return ok();
}

}  // namespace

extern constinit const OpDef roll = define_mover<NoParams, parse_none, infer, run>(
    {.name = "Roll", .code = 32}, kFixedSizeAndString);

}  // namespace samara::ops
