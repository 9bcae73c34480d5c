// SCATTER_ND: zeros of the shape in input 2, to which the updates in input 1 are added at the
// coordinates in input 0; duplicates add up. Builtin 122, version 1.
// Rules from: LiteRT tflite/kernels/scatter_nd.cc; a sum of bools is their "or".
#include <algorithm>
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/ops/shared/indices.h"

namespace samara::ops {
namespace {

Status check_shapes(const Operands& n, const Shape& out) {
  const Shape& indices = n.in(0).shape;
  const Shape& updates = n.in(1).shape;
  if (indices.rank() < 1) return Error(Code::invalid_model, "the indices are a scalar");
  const int depth = indices.back();
  const auto wrong = [&] {
    return Error(Code::invalid_model, cat("indices ", indices.text(), " and updates ",
                                          updates.text(), " do not fit the shape ", out.text()));
  };
  if (depth > out.rank() || updates.rank() != indices.rank() - 1 + out.rank() - depth)
    return wrong();
  for (int i = 0; i < updates.rank(); ++i) {
    const int batch = indices.rank() - 1;
    if (updates[i] != (i < batch ? indices[i] : out[i - batch + depth])) return wrong();
  }
  return ok();
}

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 1));
  TRY(n.has_type(n.in(0), {Type::i32}));
  TRY(n.has_type(n.in(2), {Type::i32}));
  TRY(n.has_rank(n.in(2), 1));
  TRY(n.same_type(n.in(1), n.out(0)));
  if (!n.known(2)) return n.defer();
  TRY_SET(const Shape shape, read_shape(n, 2));
  TRY(check_shapes(n, shape));
  if (n.known(0)) TRY(check_coordinates(n, 0, shape));
  return n.set_shape(n.out(0), shape);
}

template <class T>
Status run(const NoParams&, Run& n) {
  const Shape& shape = n.out(0).shape;
  if (!n.in(0).constant) TRY(check_coordinates(n, 0, shape));
  const auto out = n.view<T>(n.out(0));
  std::fill(out.begin(), out.end(), T(0));
  const Shape& indices = n.in(0).shape;
  const Indices at(n.in(0));
  const int64_t inner = shape.range(indices.back(), shape.rank());
  const int64_t rows = out.empty() ? 0 : indices.range(0, indices.rank() - 1);
  const T* update = n.in_data<T>(1);
  Poller poll(n);
  for (int64_t row = 0; row < rows; ++row, update += inner) {
    TRY(poll(8 + inner));
    T* to = out.data() + offset_of(at, row, indices.back(), shape) * inner;
    for (int64_t i = 0; i < inner; ++i) {
      if constexpr (std::is_same_v<T, bool>) {
        // As bytes: a model's bool may be any of them.
        to[i] = to[i] || reinterpret_cast<const uint8_t*>(update)[i] != 0;
      } else if constexpr (std::is_integral_v<T>) {
        to[i] = T(uint64_t(to[i]) + uint64_t(update[i]));  // wraps
      } else {
        to[i] += update[i];
      }
    }
  }
  return ok();
}

template <class T>
constexpr auto kRun = bind<NoParams, run<T>>;

}  // namespace

extern constinit const OpDef scatter_nd =
    define_op<NoParams, parse_none, infer>({.name = "SCATTER_ND", .code = 122, .versions = {1, 1}},
                                           {{{Type::i32, Type::f32}, kRun<float>},
                                            {{Type::i32, Type::i32}, kRun<int32_t>},
                                            {{Type::i32, Type::i64}, kRun<int64_t>},
                                            {{Type::i32, Type::i8}, kRun<int8_t>},
                                            {{Type::i32, Type::u8}, kRun<uint8_t>},
                                            {{Type::i32, Type::i16}, kRun<int16_t>},
                                            {{Type::i32, Type::boolean}, kRun<bool>}});

}  // namespace samara::ops
