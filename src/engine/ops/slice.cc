// SLICE: size[i] elements from begin[i] on along each dimension; size -1 is all the rest. Builtin
// 65, versions 1 to 8. Rules from: LiteRT tflite/kernels/slice.cc.
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Result<View> view(const Operands& n) {
  const Shape& in = n.in(0).shape;
  for (const int i : {1, 2})
    if (n.in(i).shape.elements() != in.rank())
      return Error(Code::invalid_model,
                   cat("input ", i, " '", n.in(i).name, "' has ", n.in(i).shape.elements(),
                       " values for rank ", in.rank()));
  TRY_SET(const Ints begin, read_ints(n, 1));
  TRY_SET(const Ints size, read_ints(n, 2));
  const auto step = strides(in);
  View out;
  for (int i = 0; i < in.rank(); ++i) {
    if (begin[i] < 0 || begin[i] > in[i])
      return value_error(
          n, 1, cat("begin ", begin[i], " is outside of dimension ", i, " of size ", in[i]));
    const int64_t count = size[i] == -1 ? in[i] - begin[i] : size[i];
    if (count < 0 || count > in[i] - begin[i])
      return value_error(n, 2,
                         cat("size ", size[i], " from ", begin[i], " on is outside of dimension ",
                             i, " of size ", in[i]));
    out.base += begin[i] * step[size_t(i)];
    out.push(int32_t(count), step[size_t(i)]);
  }
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 3));
  for (const int i : {1, 2}) {
    TRY(n.has_type(n.in(i), {Type::i32, Type::i64}));
    TRY(n.has_rank(n.in(i), 1));
  }
  if (!n.known(1) || !n.known(2)) return n.defer();
  TRY_SET(const View v, view(n));
  return set_shape_or_later(n, n.out(0), v.shape);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const View v, view(n));
  return copy_view(n, 0, v);
}

}  // namespace

extern constinit const OpDef slice = define_mover<NoParams, parse_none, infer, run>(
    {.name = "SLICE", .code = 65, .versions = {1, 8}}, kFixedSizePackedAndString);

}  // namespace samara::ops
