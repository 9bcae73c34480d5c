// BITWISE_XOR: in 0 ^ in 1, with broadcasting. Builtin 160, version 1.
// Rules from: LiteRT tflite/kernels/bitwise_xor.cc.
#include <functional>

#include "engine/ops/shared/binary.h"

namespace samara::ops {
namespace {

template <class T>
constexpr auto kXor = binary_kernel<T, std::bit_xor<>>;

}  // namespace

extern constinit const OpDef bitwise_xor = define_op<NoParams, parse_none, infer_binary>(
    {.name = "BITWISE_XOR", .code = 160, .versions = {1, 1}, .in_place = 0b11},
    {{Type::i8, kXor<int8_t>},
     {Type::u8, kXor<uint8_t>},
     {Type::i16, kXor<int16_t>},
     {Type::u16, kXor<uint16_t>},
     {Type::i32, kXor<int32_t>},
     {Type::u32, kXor<uint32_t>}});

}  // namespace samara::ops
