// PAD: zeros around the input, for quantized tensors the output's zero point. Builtin 34, versions
// 1 to 6. Rules from: LiteRT tflite/kernels/pad.cc.
#include "engine/ops/shared/pad.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_padding(n, 2));
  if (!n.known(1)) return n.defer();
  TRY_SET(const Shape shape, padded_shape(n));
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  std::array<std::byte, 16> value{};
  const int32_t zero = n.out(0).quant.zero_point();
  const Type type = n.out(0).type;
  if (type == Type::i8 || type == Type::u8) {
    value[0] = std::byte(zero & 255);
  } else if (type == Type::i16) {
    const auto v = int16_t(zero);
    std::memcpy(value.data(), &v, sizeof v);
  }
  return run_pad(n, value.data());
}

}  // namespace

extern constinit const OpDef pad = define_mover<NoParams, parse_none, infer, run>(
    {.name = "PAD", .code = 34, .versions = {1, 6}}, kFixedSize);

}  // namespace samara::ops
