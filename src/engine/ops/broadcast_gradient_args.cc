// BroadcastGradientArgs: of two shapes that are broadcast together, the dimensions along which each
// one's gradient is to be summed. Custom operator, version 1. Rules from: LiteRT
// tflite/kernels/gradient/bcast_grad_args.cc: where both are 1 both are listed; equal shapes give
// nothing.
#include <algorithm>

#include "engine/ops/shared/indices.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 2));
  TRY(n.has_type(n.in(0), {Type::i32, Type::i64}));
  TRY(n.same_type(n.in(0), n.in(1)));
  for (const int i : {0, 1}) {
    TRY(n.has_rank(n.in(i), 1));
    TRY(n.same_type(n.in(0), n.out(i)));
    TRY(n.sized_by_run(n.out(i)));
  }
  return ok();
}

/// The dimensions of each shape's gradient that are summed.
struct Sums {
  Ints of[2];
};

Result<Sums> find_sums(const Ints& a, const Ints& b) {
  Sums sums;
  if (std::equal(a.span().begin(), a.span().end(), b.span().begin(), b.span().end())) return sums;
  const int rank = std::max(a.size, b.size);
  for (int i = 0; i < rank; ++i) {
    const auto at = [&](const Ints& s) { return i < rank - s.size ? 1 : s[i - (rank - s.size)]; };
    const int64_t x = at(a), y = at(b);
    if (x != y && x != 1 && y != 1)
      return Error(Code::invalid_argument,
                   cat("shapes ", a.span(), " and ", b.span(), " cannot be broadcast"));
    if (x == 1) sums.of[0][sums.of[0].size++] = i;
    if (y == 1) sums.of[1][sums.of[1].size++] = i;
  }
  return sums;
}

template <class T>
Status run(const NoParams&, Run& n) {
  TRY_SET(const Ints a, read_ints(n, 0));
  TRY_SET(const Ints b, read_ints(n, 1));
  TRY_SET(const Sums sums, find_sums(a, b));
  for (const int i : {0, 1}) {
    TRY(n.resize(n.out(i), Shape{sums.of[i].size}));
    std::transform(sums.of[i].span().begin(), sums.of[i].span().end(), n.out_data<T>(i),
                   [](int64_t d) { return T(d); });
  }
  return ok();
}

}  // namespace

extern constinit const OpDef broadcast_gradient_args = define_op<NoParams, parse_none, infer>(
    {.name = "BroadcastGradientArgs", .code = 32},
    {{Type::i32, bind<NoParams, run<int32_t>>}, {Type::i64, bind<NoParams, run<int64_t>>}});

}  // namespace samara::ops
