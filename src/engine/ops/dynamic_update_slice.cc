// DYNAMIC_UPDATE_SLICE: input 0 with the box that starts at the indices in input 2 replaced by
// input 1. Builtin 151, versions 1 to 6. Rules from: LiteRT tflite/kernels/dynamic_update_slice.cc
// and XLA: a start is moved so that the box lies inside. Where the plan gives the output the memory
// of input 0 (a cache of keys and values), only the box is written.
#include <algorithm>
#include <cstring>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/packed_bits.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 1));
  const Tensor &operand = n.in(0), &update = n.in(1), &start = n.in(2);
  TRY(n.same_type(operand, update));
  TRY(n.same_type(operand, n.out(0)));
  TRY(n.has_type(start, {Type::i32, Type::i64}));
  TRY(n.has_rank(start, 1));
  const int rank = operand.shape.rank();
  if (start.shape[0] != rank)
    return Error(Code::invalid_model,
                 cat("has ", start.shape[0], " start indices for rank ", rank));
  bool fits = update.shape.rank() == rank;
  for (int i = 0; fits && i < rank; ++i) fits = update.shape[i] <= operand.shape[i];
  if (!fits)
    return Error(Code::invalid_model, cat("the update ", update.shape.text(), " does not fit into ",
                                          operand.shape.text()));
  return n.set_shape(n.out(0), operand.shape);
}

/// The update's elements one by one: `step` and `base` say where each goes.
void write_packed(const Tensor& update, const Tensor& out, const View& to) {
  const int width = bits(out.type);
  const auto* from = reinterpret_cast<const uint8_t*>(update.data);
  auto* bytes = reinterpret_cast<uint8_t*>(out.data);
  const int64_t count = to.shape.elements();
  for (int64_t i = 0; i < count; ++i) {
    int64_t rest = i, at = to.base;
    for (int d = to.shape.rank() - 1; d >= 0; --d) {
      at += rest % to.shape[d] * to.step[size_t(d)];
      rest /= to.shape[d];
    }
    replace_bits(bytes, at, width, unpack_bits(from, i, width, true));
  }
}

Status run(const NoParams&, Run& n) {
  const Tensor &operand = n.in(0), &update = n.in(1), &out = n.out(0);
  if (out.data != operand.data && operand.bytes > 0)
    std::memcpy(out.data, operand.data, operand.bytes);
  const Shape& box = update.shape;
  if (box.elements() == 0) return ok();
  TRY_SET(const Ints start, read_ints(n, 2));
  const auto step = strides(operand.shape);
  View to;
  for (int i = 0; i < box.rank(); ++i) {
    const int64_t most = operand.shape[i] - box[i];
    to.base += std::clamp<int64_t>(start[i], 0, most) * step[size_t(i)];
    to.push(box[i], step[size_t(i)]);
  }
  if (bits(out.type) < 8) {
    write_packed(update, out, to);
    return ok();
  }
  const int64_t size = element_size(out.type);
  const auto from = strides(box);
  StridedCopy copy(size);
  for (int i = 0; i < box.rank(); ++i)
    copy.loop(box[i], from[size_t(i)] * size, to.step[size_t(i)] * size);
  copy.run(n.pool(), update.data, out.data + to.base * size);
  return ok();
}

}  // namespace

extern constinit const OpDef dynamic_update_slice = define_mover<NoParams, parse_none, infer, run>(
    {.name = "DYNAMIC_UPDATE_SLICE", .code = 151, .versions = {1, 6}, .in_place = 1},
    kFixedSizeAndPacked);

}  // namespace samara::ops
