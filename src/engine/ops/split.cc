// SPLIT: cuts input 1 along the axis that input 0 holds into equal parts. Builtin 49, versions 1 to
// 5. Rules from: LiteRT tflite/kernels/split.cc.
#include "engine/ops/shared/split.h"

#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  int parts = 0;
};

Result<Params> parse(const OpView& v) {
  const int parts = v.options<fb::SplitOptions>().num_splits();
  if (parts < 1 || parts != v.outputs())
    return Error(Code::invalid_model,
                 cat("num_splits is ", parts, " with ", v.outputs(), " outputs"));
  return Params{parts};
}

Result<int> find_axis(const Operands& n) {
  TRY_SET(const int64_t axis, read_int(n, 0));
  return resolve_axis(n, 0, axis, n.in(1).shape.rank());
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, p.parts));
  TRY(n.has_type(n.in(0), {Type::i32}));
  for (int i = 0; i < p.parts; ++i) TRY(n.same_type(n.in(1), n.out(i)));
  if (!n.known(0)) return n.defer();
  TRY_SET(const int axis, find_axis(n));
  Shape shape = n.in(1).shape;
  if (shape[axis] % p.parts != 0)
    return Error(Code::invalid_model, cat("dimension ", axis, " of ", shape.text(),
                                          " does not divide into ", p.parts, " parts"));
  shape[axis] /= p.parts;
  for (int i = 0; i < p.parts; ++i) TRY(n.set_shape(n.out(i), shape));
  return ok();
}

Status run(const Params& p, Run& n) {
  TRY_SET(const int axis, find_axis(n));
  return run_split(n, 1, axis, [&](int) { return n.in(1).shape[axis] / p.parts; });
}

}  // namespace

extern constinit const OpDef split = define_mover<Params, parse, infer, run>(
    {.name = "SPLIT", .code = 49, .versions = {1, 5}}, kFixedSize, 1);

}  // namespace samara::ops
