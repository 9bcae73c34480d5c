// SHAPE: the input's dimensions as a vector of int32 or int64. Builtin 77, version 1.
// Rules from: LiteRT tflite/kernels/shape.cc.
#include "engine/graph/op.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.out(0), {Type::i32, Type::i64}));
  return n.set_shape(n.out(0), Shape{n.in(0).shape.rank()});
}

Status run(const NoParams&, Run& n) {
  const Shape& in = n.in(0).shape;
  for (int i = 0; i < in.rank(); ++i) {
    if (n.out(0).type == Type::i32) {
      n.out_data<int32_t>(0)[i] = in[i];
    } else {
      n.out_data<int64_t>(0)[i] = in[i];
    }
  }
  return ok();
}

/// The output's type follows the tensor; the option must not contradict it.
Result<NoParams> parse(const OpView& v) {
  const auto type = Type(v.options<fb::ShapeOptions>().out_type());
  if (type != Type::i32 && type != Type::i64 && type != Type::f32)  // float32: the option is unset
    return Error(Code::unsupported, cat("out_type ", name(type), " is neither int32 nor int64"));
  return NoParams{};
}

}  // namespace

extern constinit const OpDef shape = define_op<NoParams, parse, infer>(
    {.name = "SHAPE", .code = 77, .versions = {1, 1}, .from_shapes = true},
    {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
