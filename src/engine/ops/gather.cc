// GATHER: slices of input 0 along an axis, picked by the indices in input 1; the first batch_dims
// dimensions of both go together. Builtin 36, versions 1 to 8.
// Rules from: LiteRT tflite/kernels/gather.cc. Output shape: params[:axis] + indices[batch_dims:] +
// params[axis + 1:]. An index out of range is an error.
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/graph/strings.h"
#include "engine/ops/shared/indices.h"

namespace samara::ops {
namespace {

struct Params {
  int axis = 0, batch_dims = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::GatherOptions>();
  return Params{o.axis(), o.batch_dims()};
}

/// The operation as nested loops: batch, rows above the axis, picks, bytes below it.
struct Plan {
  Shape shape;
  int64_t batch = 1, outer = 1, limit = 0, picks = 1, inner = 1;
};

Result<Plan> plan(const Params& p, const Operands& n) {
  const Shape& in = n.in(0).shape;
  const Shape& indices = n.in(1).shape;
  TRY_SET(const int axis, resolve_axis(p.axis, in.rank()));
  const int batch = p.batch_dims < 0 ? p.batch_dims + indices.rank() : p.batch_dims;
  if (batch < 0 || batch > indices.rank() || batch > axis)
    return Error(Code::invalid_model, cat("batch_dims ", p.batch_dims, " does not fit axis ", axis,
                                          " and indices of rank ", indices.rank()));
  for (int i = 0; i < batch; ++i)
    if (in[i] != indices[i])
      return Error(Code::invalid_model,
                   cat("batch dimension ", i, " is ", in[i], " in '", n.in(0).name, "' and ",
                       indices[i], " in '", n.in(1).name, "'"));
  if (in.rank() - 1 + indices.rank() - batch > kMaxRank)
    return Error(Code::unsupported,
                 cat("the output would have rank ", in.rank() - 1 + indices.rank() - batch));
  Plan out;
  for (int i = 0; i < axis; ++i) out.shape.push(in[i]);
  for (int i = batch; i < indices.rank(); ++i) out.shape.push(indices[i]);
  for (int i = axis + 1; i < in.rank(); ++i) out.shape.push(in[i]);
  out.batch = in.range(0, batch);
  out.outer = in.range(batch, axis);
  out.limit = in[axis];
  out.picks = indices.range(batch, indices.rank());
  out.inner = in.range(axis + 1, in.rank());
  return out;
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i16, Type::i32, Type::i64}));
  TRY_SET(const Plan l, plan(p, n));
  if (n.known(1)) TRY(check_indices(n, 1, l.limit));
  return set_shape_or_later(n, n.out(0), l.shape);
}

template <int kSize>
void copy_small(const std::byte* from, std::byte* to, const Indices& indices, int64_t picks) {
  for (int64_t i = 0; i < picks; ++i) std::memcpy(to + i * kSize, from + indices[i] * kSize, kSize);
}

void copy_picks(const std::byte* from, std::byte* to, const Tensor& indices, int64_t first,
                int64_t picks, int64_t bytes) {
  Tensor part = indices;
  part.data += first * element_size(indices.type);
  const Indices at(part);
  switch (bytes) {
    case 1:
      return copy_small<1>(from, to, at, picks);
    case 2:
      return copy_small<2>(from, to, at, picks);
    case 4:
      return copy_small<4>(from, to, at, picks);
    case 8:
      return copy_small<8>(from, to, at, picks);
    default:
      for (int64_t i = 0; i < picks; ++i)
        std::memcpy(to + i * bytes, from + at[i] * bytes, size_t(bytes));
  }
}

Status run(const Params& p, Run& n) {
  TRY_SET(const Plan l, plan(p, n));
  if (!n.in(1).constant) TRY(check_indices(n, 1, l.limit));
  const Tensor& in = n.in(0);
  const Indices at(n.in(1));
  const auto source = [&](int64_t i) {
    const int64_t below = i % l.inner, pick = i / l.inner % l.picks;
    const int64_t row = i / l.inner / l.picks;  // batch and outer together
    return (row * l.limit + at[row / l.outer * l.picks + pick]) * l.inner + below;
  };
  if (in.type == Type::string) return pick_strings(n, in, n.out(0), l.shape, source);
  if (bits(in.type) < 8) {
    pick_packed(in, n.out(0), source);
    return ok();
  }
  if (l.shape.elements() == 0) return ok();
  const int64_t bytes = l.inner * element_size(in.type);
  const int64_t rows = l.batch * l.outer;
  Poller poll(n);
  for (int64_t row = 0; row < rows; ++row) {
    TRY(poll(l.picks * (1 + bytes / 16)));
    copy_picks(in.data + row * l.limit * bytes, n.out(0).data + row * l.picks * bytes, n.in(1),
               row / l.outer * l.picks, l.picks, bytes);
  }
  return ok();
}

}  // namespace

extern constinit const OpDef gather = define_mover<Params, parse, infer, run>(
    {.name = "GATHER", .code = 36, .versions = {1, 8}}, kFixedSizePackedAndString);

}  // namespace samara::ops
