// SQUEEZE: drops dimensions of size 1, those named or all. Builtin 43, versions 1 to 2.
// Rules from: LiteRT tflite/kernels/squeeze.cc.
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  Ints dims;  // none: all of size 1
};

Result<Params> parse(const OpView& v) {
  Params p;
  const auto* dims = v.options<fb::SqueezeOptions>().squeeze_dims();
  if (dims == nullptr) return p;
  if (dims->size() > kMaxRank)
    return Error(Code::invalid_model, cat("squeeze_dims has ", dims->size(), " entries"));
  for (const int32_t d : *dims) p.dims[p.dims.size++] = d;
  return p;
}

Result<Shape> output_shape(const Params& p, const Shape& in) {
  uint32_t drop = 0;
  for (const int64_t d : p.dims.span()) {
    TRY_SET(const int axis, resolve_axis(d, in.rank()));
    if (in[axis] != 1)
      return Error(Code::invalid_model,
                   cat("cannot squeeze dimension ", axis, " of size ", in[axis]));
    drop |= 1u << axis;
  }
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    const bool dropped = p.dims.size > 0 ? (drop >> i & 1) != 0 : in[i] == 1;
    if (!dropped) out.push(in[i]);
  }
  return out;
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 1));
  TRY_SET(const Shape shape, output_shape(p, n.in(0).shape));
  return set_shape_or_later(n, n.out(0), shape);
}

Status run(const Params& p, Run& n) {
  TRY_SET(const Shape shape, output_shape(p, n.in(0).shape));
  return copy_bytes(n, shape);
}

}  // namespace

extern constinit const OpDef squeeze = define_mover<Params, parse, infer, run>(
    {.name = "SQUEEZE", .code = 43, .versions = {1, 2}, .in_place = 1}, kAllButHandles);

}  // namespace samara::ops
