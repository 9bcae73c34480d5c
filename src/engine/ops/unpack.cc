// UNPACK: the slices of the input along an axis, which disappears, as one output each. Builtin 88,
// versions 1 to 6. Rules from: LiteRT tflite/kernels/unpack.cc.
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/split.h"

namespace samara::ops {
namespace {

struct Params {
  int count = 0, axis = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::UnpackOptions>();
  if (o.num() != v.outputs())
    return Error(Code::invalid_model, cat("num is ", o.num(), " with ", v.outputs(), " outputs"));
  return Params{o.num(), o.axis()};
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, p.count));
  const Shape& in = n.in(0).shape;
  TRY_SET(const int axis, resolve_axis(p.axis, in.rank()));
  if (in[axis] != p.count)
    return Error(Code::invalid_model,
                 cat("dimension ", axis, " of ", in.text(), " has to be num, ", p.count));
  Shape shape;
  for (int i = 0; i < in.rank(); ++i)
    if (i != axis) shape.push(in[i]);
  for (int i = 0; i < p.count; ++i) {
    TRY(n.same_type(n.in(0), n.out(i)));
    TRY(same_quantization(n.in(0), n.out(i)));
    TRY(n.set_shape(n.out(i), shape));
  }
  return ok();
}

Status run(const Params& p, Run& n) {
  const int axis = p.axis < 0 ? p.axis + n.in(0).shape.rank() : p.axis;
  return run_split(n, 0, axis, [](int) { return 1; });
}

}  // namespace

extern constinit const OpDef unpack = define_mover<Params, parse, infer, run>(
    {.name = "UNPACK", .code = 88, .versions = {1, 6}}, kFixedSize);

}  // namespace samara::ops
