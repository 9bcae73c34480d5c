// RaggedRange: for each row the numbers from start up to limit (which is left out) in steps of
// delta, as row splits and values. Operands of one element serve every row. Custom operator,
// version 1.
//
// Rules from: tflite-support custom_ops/kernel/ragged/ragged_range_tflite.cc: floats are summed step
// by step. A row that runs away from its limit is empty.
#include <cmath>

#include "engine/text_ops/op.h"

namespace samara::text_ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 2));
  int32_t rows = 1;
  for (int i = 0; i < 3; ++i) {
    TRY(n.same_type(n.in(i), n.out(1)));
    const Shape& shape = n.in(i).shape;
    if (shape.elements() == 1) continue;
    TRY(n.has_rank(n.in(i), 1));
    if (rows != 1 && rows != shape[0])
      return Error(Code::invalid_model,
                   cat("has ", rows, " and ", shape[0], " rows in its starts, limits and deltas"));
    rows = shape[0];
  }
  TRY(n.has_type(n.out(0), {Type::i32, Type::i64}));
  if (rows == INT32_MAX) return Error(Code::resource_exhausted, "has too many rows");
  TRY(n.set_shape(n.out(0), Shape{rows + 1}));
  return n.sized_by_run(n.out(1));
}

/// Numbers of a row; -1: not to be counted.
template <class T>
int64_t size_of(T start, T limit, T delta) {
  if ((delta > 0 && limit < start) || (delta < 0 && limit > start)) return 0;
  if constexpr (std::is_floating_point_v<T>) {
    const T size = std::ceil(std::abs((limit - start) / delta));
    return size < T(INT32_MAX) ? int64_t(size) : -1;  // NaN: -1
  } else {
    // Unsigned: a difference of two int64 may not fit one.
    const auto from = uint64_t(start), to = uint64_t(limit), step = uint64_t(delta);
    const uint64_t way = delta > 0 ? to - from : from - to, stride = delta > 0 ? step : 0 - step;
    const uint64_t size = way / stride + (way % stride != 0);
    return size < INT32_MAX ? int64_t(size) : -1;
  }
}

template <class T>
T step(T value, T delta) {
  if constexpr (std::is_floating_point_v<T>) {
    return value + delta;
  } else {  // the last sum, which is not used, may pass the type's end
    return T(uint64_t(value) + uint64_t(delta));
  }
}

template <class T>
Status run(const NoParams&, Run& n) {
  const auto at = [&](int i, int64_t row) {
    return n.in_data<T>(i)[n.in(i).shape.elements() == 1 ? 0 : row];
  };
  const int64_t rows = n.out(0).shape[0] - 1;
  const auto set_split = [&](int64_t i, int64_t value) {
    if (n.out(0).type == Type::i32) {
      n.out_data<int32_t>(0)[i] = int32_t(value);
    } else {
      n.out_data<int64_t>(0)[i] = value;
    }
  };
  int64_t total = 0;
  set_split(0, 0);
  for (int64_t row = 0; row < rows; ++row) {
    const T start = at(0, row), limit = at(1, row), delta = at(2, row);
    if (delta == 0) return Error(Code::invalid_argument, cat("row ", row, " has steps of 0"));
    const int64_t size = size_of(start, limit, delta);
    total += size;
    if (size < 0 || total > INT32_MAX)
      return Error(Code::invalid_argument, cat("row ", row, " from ", start, " to ", limit,
                                               " in steps of ", delta, " has no end in memory"));
    set_split(row + 1, total);
  }
  TRY(n.resize(n.out(1), Shape{int32_t(total)}));
  T* out = n.out_data<T>(1);
  for (int64_t row = 0; row < rows; ++row) {
    T value = at(0, row);
    const T delta = at(2, row);
    for (int64_t i = size_of(value, at(1, row), delta); i > 0; --i) {
      *out++ = value;
      value = step(value, delta);
    }
  }
  return ok();
}

template <class T>
constexpr auto kRun = bind<NoParams, run<T>>;

}  // namespace

extern constinit const OpDef ragged_range =
    define_op<NoParams, parse_none, infer>({.name = "RaggedRange"}, {{Type::i32, kRun<int32_t>},
                                                                     {Type::i64, kRun<int64_t>},
                                                                     {Type::f32, kRun<float>},
                                                                     {Type::f64, kRun<double>}});

}  // namespace samara::text_ops
