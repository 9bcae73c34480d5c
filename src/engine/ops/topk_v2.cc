// TOPK_V2: the k largest values of each row, largest first, and their places. Builtin 48, versions
// 1 to 3. Rules from: LiteRT tflite/kernels/topk_v2.cc: equal values by place, NaN after all else,
// a negative k is 0.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/sort.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 2));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i16}));
  TRY(n.has_type(n.out(1), {Type::i32, Type::i16}));
  Shape shape = n.in(0).shape;
  if (shape.rank() < 1) return Error(Code::invalid_model, "the input is a scalar");
  const int64_t row = shape.back();
  if (n.out(1).type == Type::i16 && row > std::numeric_limits<int16_t>::max())
    return Error(Code::invalid_model, cat("places in rows of ", row, " do not fit int16"));
  if (!n.known(1)) return n.defer();
  TRY_SET(const int64_t wanted, read_int(n, 1));
  const int64_t k = std::max<int64_t>(0, wanted);
  if (k > row) return value_error(n, 1, cat("asks for ", k, " of ", row, " values"));
  shape[shape.rank() - 1] = int32_t(k);
  TRY(n.set_shape(n.out(0), shape));
  TRY(n.set_shape(n.out(1), shape));
  TRY(n.scratch(0, row * int64_t(sizeof(int32_t))));
  return n.scratch(1, k > int64_t(kSortPiece) ? row * int64_t(sizeof(int32_t)) : 0);
}

/// Puts the first k of the numbers below places.size(), in order, to the front of `places`.
template <class Before>
Status choose(Run& n, std::span<int32_t> places, size_t k, const Before& before) {
  if (k > kSortPiece) {
    std::iota(places.begin(), places.end(), 0);
    auto* const spare = reinterpret_cast<int32_t*>(n.scratch(1).data());
    return sort(n, places, {spare, places.size()}, before);
  }
  Poller poll(n);
  size_t kept = 0;
  for (size_t begin = 0; begin < places.size(); begin += kSortPiece) {
    const size_t more = std::min(kSortPiece, places.size() - begin);
    const auto piece = places.first(kept + more);
    std::iota(piece.begin() + ptrdiff_t(kept), piece.end(), int32_t(begin));
    kept = std::min(k, piece.size());
    std::partial_sort(piece.begin(), piece.begin() + ptrdiff_t(kept), piece.end(), before);
    TRY(poll(int64_t(piece.size()) * 4));
  }
  return ok();
}

template <class T>
Status run(const NoParams&, Run& n) {
  const int64_t row = n.in(0).shape.back(), k = n.out(0).shape.back();
  const int64_t rows = n.in(0).shape.range(0, n.in(0).shape.rank() - 1);
  if (k == 0) return ok();
  const std::span places(reinterpret_cast<int32_t*>(n.scratch(0).data()), size_t(row));
  T* out = n.out_data<T>(0);
  Poller poll(n);
  for (int64_t r = 0; r < rows; ++r) {
    const T* values = n.in_data<T>(0) + r * row;
    const auto before = [&](int32_t a, int32_t b) {
      if constexpr (std::is_floating_point_v<T>) {
        const bool a_nan = std::isnan(values[a]), b_nan = std::isnan(values[b]);
        if (a_nan != b_nan) return b_nan;
      }
      if (values[a] > values[b]) return true;
      if (values[a] < values[b]) return false;
      return a < b;
    };
    TRY(choose(n, places, size_t(k), before));
    TRY(poll(row));
    for (int64_t i = 0; i < k; ++i) {
      const int32_t place = places[size_t(i)];
      out[r * k + i] = values[place];
      if (n.out(1).type == Type::i32) {
        n.out_data<int32_t>(1)[r * k + i] = place;
      } else {
        n.out_data<int16_t>(1)[r * k + i] = int16_t(place);
      }
    }
  }
  return ok();
}

template <class T>
constexpr auto kRun = bind<NoParams, run<T>>;

}  // namespace

extern constinit const OpDef topk_v2 = define_op<NoParams, parse_none, infer>(
    {.name = "TOPK_V2", .code = 48, .versions = {1, 3}}, {{Type::f32, kRun<float>},
                                                          {Type::i8, kRun<int8_t>},
                                                          {Type::u8, kRun<uint8_t>},
                                                          {Type::i16, kRun<int16_t>},
                                                          {Type::i32, kRun<int32_t>},
                                                          {Type::i64, kRun<int64_t>}});

}  // namespace samara::ops
