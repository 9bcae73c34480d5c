// CUMSUM: running sums along one axis (input 1), forward or in reverse, with or without the element
// itself. Builtin 128, version 1. Integers wrap.
#include <type_traits>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

struct Params {
  bool exclusive = false, reverse = false;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::CumsumOptions>();
  return Params{o.exclusive(), o.reverse()};
}

Status check_axis(const Operands& n) {
  TRY_SET(const int64_t axis, read_int(n, 1));
  TRY(resolve_axis(n, 1, axis, n.in(0).shape.rank()));
  return ok();
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_type(n.in(1), {Type::i32}));
  if (n.known(1)) TRY(check_axis(n));
  return n.set_shape(n.out(0), n.in(0).shape);
}

template <class T>
T sum_of(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<T>;
    return T(U(a) + U(b));
  } else {
    return a + b;
  }
}

template <class T>
Status run(const Params& p, Run& n) {
  const Shape& shape = n.in(0).shape;
  TRY_SET(const int64_t value, read_int(n, 1));
  TRY_SET(const int axis, resolve_axis(n, 1, value, shape.rank()));
  const int64_t length = shape[axis];
  const int64_t inner = shape.range(axis + 1, shape.rank());
  const T* in = n.in_data<T>(0);
  T* out = n.out_data<T>(0);
  const auto line = [&](int64_t i) {
    const int64_t start = (i / inner) * length * inner + i % inner;
    T sum = 0;
    for (int64_t k = 0; k < length; ++k) {
      const int64_t at = start + (p.reverse ? length - 1 - k : k) * inner;
      const T next = sum_of(sum, in[at]);
      out[at] = p.exclusive ? sum : next;
      sum = next;
    }
  };
  for_elements(
      n.pool(), shape.range(0, axis) * inner,
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) line(i);
      },
      length);
  return ok();
}

}  // namespace

extern constinit const OpDef cumsum = define_op<Params, parse, infer>(
    {.name = "CUMSUM", .code = 128, .versions = {1, 1}, .in_place = 1},
    {{Type::f32, bind<Params, run<float>>},
     {Type::i32, bind<Params, run<int32_t>>},
     {Type::i64, bind<Params, run<int64_t>>}});

}  // namespace samara::ops
