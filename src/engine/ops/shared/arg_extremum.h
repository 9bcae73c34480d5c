// ARG_MAX and ARG_MIN: where along one axis (input 1) the extreme value of input 0 is, the first of
// several. NaN counts only where all are NaN. F{}(candidate, current): whether the former is to be
// preferred.
// Rules from: LiteRT tflite/kernels/arg_min_max.cc.
#pragma once

#include <cmath>
#include <type_traits>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {

struct ArgParams {
  Type index = Type::i32;
};

template <class Options>
Result<ArgParams> parse_arg(const OpView& v) {
  const int type = v.options<Options>().output_type();
  if (type != int(Type::i32) && type != int(Type::i64)) {
    return Error(Code::invalid_model, cat("index type ", type, " is not int32 or int64"));
  }
  return ArgParams{Type(type)};
}

inline Status infer_arg(const ArgParams& p, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64}));
  TRY(n.has_type(n.out(0), {p.index}));
  if (!n.known(1)) return n.defer();
  TRY_SET(const int64_t value, read_int(n, 1));
  const Shape& in = n.in(0).shape;
  TRY_SET(const int axis, resolve_axis(n, 1, value, in.rank()));
  if (in[axis] == 0) {
    return Error(Code::invalid_model, cat("axis ", axis, " of '", n.in(0).name, "' is empty"));
  }
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    if (i != axis) out.push(in[i]);
  }
  return n.set_shape(n.out(0), out);
}

template <class T, class Index, class F>
Status run_arg_as(Run& n) {
  const Shape& shape = n.in(0).shape;
  TRY_SET(const int64_t value, read_int(n, 1));
  TRY_SET(const int axis, resolve_axis(n, 1, value, shape.rank()));
  const int64_t length = shape[axis];
  const int64_t inner = shape.range(axis + 1, shape.rank());
  const T* in = n.in_data<T>(0);
  Index* out = n.out_data<Index>(0);
  const auto preferred = [](T candidate, T current) {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(candidate)) return false;
      if (std::isnan(current)) return true;
    }
    return F{}(candidate, current);
  };
  for_elements(
      n.pool(), n.out(0).shape.elements(),
      [&](int64_t begin, int64_t end) {
        for (int64_t o = begin; o < end; ++o) {
          const T* cell = in + (o / inner) * length * inner + o % inner;
          T best = *cell;
          Index at = 0;
          for (int64_t i = 1; i < length; ++i) {
            const T x = cell[i * inner];
            if (preferred(x, best)) {
              best = x;
              at = Index(i);
            }
          }
          out[o] = at;
        }
      },
      length);
  return ok();
}

template <class T, class F>
Status run_arg(const ArgParams& p, Run& n) {
  return p.index == Type::i64 ? run_arg_as<T, int64_t, F>(n) : run_arg_as<T, int32_t, F>(n);
}

template <class F, class Options>
constexpr OpDef define_arg(const OpInfo& info) {
  return define_op<ArgParams, parse_arg<Options>, infer_arg>(
      info, {{Type::f32, bind<ArgParams, run_arg<float, F>>},
             {Type::i8, bind<ArgParams, run_arg<int8_t, F>>},
             {Type::u8, bind<ArgParams, run_arg<uint8_t, F>>},
             {Type::i32, bind<ArgParams, run_arg<int32_t, F>>},
             {Type::boolean, bind<ArgParams, run_arg<uint8_t, F>>}});
}

}  // namespace samara::ops
