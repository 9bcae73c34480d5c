// MAXIMUM and MINIMUM: F{}(a, b) is the one of the two to keep.
#pragma once

#include "engine/kernels/half/half.h"
#include "engine/ops/shared/binary.h"

namespace samara::ops {

template <class F>
constexpr OpDef define_extremum(std::string_view name, int code) {
  return define_op<NoParams, parse_none, infer_binary>(
      {.name = name, .code = code, .versions = {1, 4}, .in_place = 0b11},
      {{Type::f32, binary_kernel<float, F>},
       {Type::f16, binary_kernel<kernels::Half, F>},
       {Type::bf16, binary_kernel<kernels::BFloat16, F>},
       {Type::i8, binary_kernel<int8_t, F>},
       {Type::u8, binary_kernel<uint8_t, F>},
       {Type::i16, binary_kernel<int16_t, F>},
       {Type::i32, binary_kernel<int32_t, F>},
       {Type::i64, binary_kernel<int64_t, F>}});
}

}  // namespace samara::ops
