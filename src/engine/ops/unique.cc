// UNIQUE: the different values of a vector in the order of their first appearance, and for each
// element the number of its value. Builtin 103, version 1.
// Rules from: LiteRT tflite/kernels/unique.cc. A NaN equals nothing, so each is a value of its own.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/sort.h"
#include "engine/ops/shared/typed.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 2));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_rank(n.in(0), 1));
  TRY(n.has_type(n.out(1), {Type::i32, Type::i64}));
  TRY(n.sized_by_run(n.out(0)));
  TRY(n.set_shape(n.out(1), n.in(0).shape));
  TRY(n.scratch(0, n.in(0).shape[0] * int64_t{4}));
  return n.scratch(1, n.in(0).shape[0] * int64_t{4});
}

void set_number(const Run& n, int64_t i, int32_t number) {
  if (n.out(1).type == Type::i32) {
    n.out_data<int32_t>(1)[i] = number;
  } else {
    n.out_data<int64_t>(1)[i] = number;
  }
}

/// Sorted by value and then place, equal values stand together behind their first appearance.
template <class T>
Status run(const NoParams&, Run& n) {
  using V = Value<T>;
  const int32_t count = n.in(0).shape[0];
  const T* in = n.in_data<T>(0);
  auto* order = reinterpret_cast<int32_t*>(n.scratch(0).data());
  auto* first = reinterpret_cast<int32_t*>(n.scratch(1).data());  // of each element's value
  const auto less = [&](int32_t a, int32_t b) {
    const V x = V(in[a]), y = V(in[b]);
    if constexpr (std::is_floating_point_v<V>) {
      const bool a_nan = std::isnan(x), b_nan = std::isnan(y);
      if (a_nan || b_nan) return a_nan && b_nan ? a < b : b_nan;
    }
    return x != y ? x < y : a < b;
  };
  std::iota(order, order + count, 0);
  TRY(sort(n, std::span(order, size_t(count)), std::span(first, size_t(count)), less));
  Poller poll(n);
  int32_t values = 0;
  for (int32_t i = 0; i < count; ++i) {
    TRY(poll());
    const bool again = i > 0 && V(in[order[i]]) == V(in[order[i - 1]]);
    first[order[i]] = again ? first[order[i - 1]] : order[i];
    values += !again;
  }
  TRY(n.resize(n.out(0), Shape{values}));
  int32_t* number = order;  // of the value that first appears at a place; the order has served
  int32_t next = 0;
  for (int32_t i = 0; i < count; ++i) {
    TRY(poll());
    if (first[i] == i) {
      n.out_data<T>(0)[next] = in[i];
      number[i] = next++;
    }
    set_number(n, i, number[first[i]]);
  }
  return ok();
}

template <class T>
constexpr auto kRun = bind<NoParams, run<T>>;

}  // namespace

extern constinit const OpDef unique = define_op<NoParams, parse_none, infer>(
    {.name = "UNIQUE", .code = 103, .versions = {1, 1}}, {{Type::f32, kRun<float>},
                                                          {Type::f16, kRun<kernels::Half>},
                                                          {Type::bf16, kRun<kernels::BFloat16>},
                                                          {Type::i8, kRun<int8_t>},
                                                          {Type::u8, kRun<uint8_t>},
                                                          {Type::i16, kRun<int16_t>},
                                                          {Type::i32, kRun<int32_t>},
                                                          {Type::i64, kRun<int64_t>}});

}  // namespace samara::ops
