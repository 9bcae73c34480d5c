// SPLIT_V: cuts input 0 along the axis in input 2 into parts of the sizes in input 1, one of which
// may be -1: what is left. Builtin 102, versions 1 to 3.
// Rules from: LiteRT tflite/kernels/split_v.cc.
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/split.h"

namespace samara::ops {
namespace {

struct Params {
  int parts = 0;
};

Result<Params> parse(const OpView& v) {
  const int parts = v.options<fb::SplitVOptions>().num_splits();
  if (parts < 1 || parts != v.outputs())
    return Error(Code::invalid_model,
                 cat("num_splits is ", parts, " with ", v.outputs(), " outputs"));
  return Params{parts};
}

Result<int> find_axis(const Operands& n) {
  TRY_SET(const int64_t axis, read_int(n, 2));
  return resolve_axis(n, 2, axis, n.in(0).shape.rank());
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(3, p.parts));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64}));
  TRY(n.has_type(n.in(2), {Type::i32, Type::i64}));
  for (int i = 0; i < p.parts; ++i) TRY(n.same_type(n.in(0), n.out(i)));
  if (n.in(1).shape.elements() != p.parts)
    return Error(Code::invalid_model, cat("size_splits has ", n.in(1).shape.elements(),
                                          " values for ", p.parts, " outputs"));
  if (!n.known(1) || !n.known(2)) return n.defer();
  TRY_SET(const int axis, find_axis(n));
  const Shape& in = n.in(0).shape;
  const auto size = [&](int i) {
    return n.in(1).type == Type::i32 ? n.values<int32_t>(1)[size_t(i)]
                                     : n.values<int64_t>(1)[size_t(i)];
  };
  const auto wrong = [&] {
    return value_error(n, 1, cat("the sizes do not add up to dimension ", axis, " of ", in.text()));
  };
  int unknown = -1;
  int64_t left = in[axis];
  for (int i = 0; i < p.parts; ++i) {
    if (size(i) == -1 && unknown < 0) {
      unknown = i;
      continue;
    }
    if (size(i) < 0 || size(i) > left) return wrong();
    left -= size(i);
  }
  if (unknown < 0 && left != 0) return wrong();
  for (int i = 0; i < p.parts; ++i) {
    Shape shape = in;
    shape[axis] = int32_t(i == unknown ? left : size(i));
    TRY(n.set_shape(n.out(i), shape));
  }
  return ok();
}

Status run(const Params&, Run& n) {
  TRY_SET(const int axis, find_axis(n));
  return run_split(n, 0, axis, [&](int i) { return n.out(i).shape[axis]; });
}

}  // namespace

extern constinit const OpDef split_v = define_mover<Params, parse, infer, run>(
    {.name = "SPLIT_V", .code = 102, .versions = {1, 3}}, kFixedSize);

}  // namespace samara::ops
