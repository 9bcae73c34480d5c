// RANK: the number of the input's dimensions. Builtin 110, version 1.
// Rules from: LiteRT tflite/kernels/rank.cc.
#include "engine/graph/op.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.out(0), {Type::i32}));
  return n.set_shape(n.out(0), Shape{});
}

Status run(const NoParams&, Run& n) {
  *n.out_data<int32_t>(0) = n.in(0).shape.rank();
  return ok();
}

}  // namespace

extern constinit const OpDef rank = define_op<NoParams, parse_none, infer>(
    {.name = "RANK", .code = 110, .versions = {1, 1}, .from_shapes = true},
    {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
