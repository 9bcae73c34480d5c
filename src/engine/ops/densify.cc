// DENSIFY: a sparse constant as a dense tensor. Builtin 124, version 1. Sparse constants are dense
// from the start here (graph/passes/unpack_sparse.cc), which leaves a copy, and takes every type of
// whole bytes where LiteRT has f32, f16 and i8.
// Rules from: LiteRT tflite/kernels/densify.cc: what is not stored is zero, whatever the zero point.
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 1));
  return n.set_shape(n.out(0), n.in(0).shape);
}

Status run(const NoParams&, Run& n) { return copy_bytes(n, n.in(0).shape); }

}  // namespace

extern constinit const OpDef densify = define_mover<NoParams, parse_none, infer, run>(
    {.name = "DENSIFY", .code = 124, .in_place = 1}, kFixedSize);

}  // namespace samara::ops
