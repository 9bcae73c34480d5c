// RIGHT_SHIFT: in 0 >> in 1, with broadcasting; signed values keep their sign. Builtin 161, version
// 1. Rules from: LiteRT tflite/kernels/right_shift.cc: shifts are clamped to [0, bits - 1].
#include <algorithm>
#include <limits>

#include "engine/ops/shared/binary.h"

namespace samara::ops {
namespace {

struct Shift {
  template <class T>
  T operator()(T value, T by) const {
    return T(value >> std::clamp<T>(by, 0, T(sizeof(T) * 8 - 1)));
  }
};

template <class T>
constexpr auto kShift = binary_kernel<T, Shift>;

}  // namespace

extern constinit const OpDef right_shift = define_op<NoParams, parse_none, infer_binary>(
    {.name = "RIGHT_SHIFT", .code = 161, .versions = {1, 1}, .in_place = 0b11},
    {{Type::i8, kShift<int8_t>},
     {Type::u8, kShift<uint8_t>},
     {Type::i16, kShift<int16_t>},
     {Type::u16, kShift<uint16_t>},
     {Type::i32, kShift<int32_t>},
     {Type::u32, kShift<uint32_t>}});

}  // namespace samara::ops
