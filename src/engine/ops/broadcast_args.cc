// BROADCAST_ARGS: the shape that two shapes have together. Builtin 145, version 1.
// Rules from: LiteRT tflite/kernels/broadcast_args.cc.
#include <algorithm>

#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  for (const int i : {0, 1}) {
    TRY(n.has_type(n.in(i), {Type::i32, Type::i64}));
    TRY(n.has_rank(n.in(i), 1));
    TRY(n.same_type(n.in(i), n.out(0)));
  }
  return n.set_shape(n.out(0), Shape{std::max(n.in(0).shape[0], n.in(1).shape[0])});
}

template <class T>
Status run(const NoParams&, Run& n) {
  const auto a = n.view<const T>(n.in(0)), b = n.view<const T>(n.in(1));
  const auto out = n.view<T>(n.out(0));
  for (size_t i = 0; i < out.size(); ++i) {  // counted from the last dimension
    const T x = i < a.size() ? a[a.size() - 1 - i] : 1, y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1)
      return value_error(n, 1, cat("cannot broadcast ", a, " with ", b));
    out[out.size() - 1 - i] = x == 1 ? y : x;
  }
  return ok();
}

}  // namespace

extern constinit const OpDef broadcast_args = define_op<NoParams, parse_none, infer>(
    {.name = "BROADCAST_ARGS", .code = 145, .versions = {1, 1}},
    {{Type::i32, bind<NoParams, run<int32_t>>}, {Type::i64, bind<NoParams, run<int64_t>>}});

}  // namespace samara::ops
