// SEGMENT_SUM: output row s is the sum of the rows of input 0 that input 1 gives to s. Builtin 125,
// version 1. Rules from: LiteRT tflite/kernels/segment_sum.cc: segments count up from 0, one by one.
#include "engine/ops/shared/segment.h"

namespace samara::ops {
namespace {

/// How many segments there are.
Result<int32_t> count_segments(const Operands& n) {
  int32_t next = 0;  // the segment that was not seen yet
  for (const int32_t id : n.values<int32_t>(1)) {
    if (id != next && (id != next - 1 || next == 0))
      return value_error(n, 1,
                         cat("segment ", id, " where ", next,
                             next == 0 ? " must be the first" : " or the last one can follow"));
    if (id == next) ++next;
  }
  return next;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(n.has_rank(n.in(1), 1));
  Shape shape = n.in(0).shape;
  if (shape.rank() < 1 || shape[0] != n.in(1).shape[0])
    return Error(Code::invalid_model,
                 cat("has ", n.in(1).shape[0], " segments for data ", shape.text()));
  if (!n.known(1)) return n.defer();
  TRY_SET(shape[0], count_segments(n));
  return n.set_shape(n.out(0), shape);
}

template <class T>
Status run(const NoParams&, Run& n) {
  return reduce_segments<T, SegmentSum>(n);
}

}  // namespace

extern constinit const OpDef segment_sum = define_op<NoParams, parse_none, infer>(
    {.name = "SEGMENT_SUM", .code = 125, .versions = {1, 1}},
    {{Type::f32, bind<NoParams, run<float>>}, {Type::i32, bind<NoParams, run<int32_t>>}});

}  // namespace samara::ops
