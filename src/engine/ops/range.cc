// RANGE: start, start + delta, ... up to but without limit. Builtin 96, versions 1 to 2.
// Rules from: LiteRT tflite/kernels/range.cc: ceil(|limit - start| / |delta|) elements, in floating
// point for floats; the direction of delta must lead to the limit.
#include <cmath>
#include <limits>

#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

template <class T>
Result<int64_t> count(const Operands& n) {
  const T start = n.values<T>(0)[0], limit = n.values<T>(1)[0], delta = n.values<T>(2)[0];
  if (delta == 0) return value_error(n, 2, "delta is 0");
  if (!(delta > 0 ? start <= limit : start >= limit))
    return value_error(n, 2, cat("delta ", delta, " does not lead from ", start, " to ", limit));
  if constexpr (std::is_integral_v<T>) {
    // In unsigned arithmetic, where the distance between any two values fits.
    const uint64_t way =
        delta > 0 ? uint64_t(limit) - uint64_t(start) : uint64_t(start) - uint64_t(limit);
    const uint64_t pace = delta > 0 ? uint64_t(delta) : 0 - uint64_t(int64_t{delta});
    const uint64_t turns = way == 0 ? 0 : (way - 1) / pace + 1;
    if (turns <= uint64_t(std::numeric_limits<int32_t>::max())) return int64_t(turns);
  } else {
    const T turns = std::ceil(std::abs((limit - start) / delta));
    if (turns <= T(std::numeric_limits<int32_t>::max() / 2)) return int64_t(turns);
  }
  return value_error(n, 2, "the range has too many elements");
}

template <class T>
Status run(const NoParams&, Run& n) {
  const T start = n.values<T>(0)[0], delta = n.values<T>(2)[0];
  T value = start;
  for (T& x : n.view<T>(n.out(0))) {
    x = value;
    if constexpr (std::is_integral_v<T>) {
      value = T(uint64_t(value) + uint64_t(delta));  // wraps after the last
    } else {
      value += delta;
    }
  }
  return ok();
}

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 1));
  TRY(n.has_type(n.out(0), {Type::f32, Type::i32, Type::i64}));
  for (const int i : {0, 1, 2}) {
    TRY(n.same_type(n.in(i), n.out(0)));
    TRY(n.has_rank(n.in(i), 0));
  }
  if (!n.known(0) || !n.known(1) || !n.known(2)) return n.defer();
  auto length = n.in(0).type == Type::f32   ? count<float>(n)
                : n.in(0).type == Type::i32 ? count<int32_t>(n)
                                            : count<int64_t>(n);
  TRY_SET(const int64_t size, std::move(length));
  return n.set_shape(n.out(0), Shape{int32_t(size)});
}

}  // namespace

extern constinit const OpDef range = define_op<NoParams, parse_none, infer>(
    {.name = "RANGE", .code = 96, .versions = {1, 2}}, {{Type::f32, bind<NoParams, run<float>>},
                                                        {Type::i32, bind<NoParams, run<int32_t>>},
                                                        {Type::i64, bind<NoParams, run<int64_t>>}});

}  // namespace samara::ops
