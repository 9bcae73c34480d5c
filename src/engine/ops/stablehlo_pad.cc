// STABLEHLO_PAD: input 0 with copies of input 1, one element, before, after and between its elements
// along each dimension; negative edges cut off. Builtin 195.
// Rules from: LiteRT tflite/kernels/stablehlo_pad.cc.
#include "engine/ops/shared/interior_pad.h"
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

Result<InteriorPad> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloPadOptions>();
  InteriorPad p;
  TRY_SET(p.low, option_ints(o.edge_padding_low(), "edge_padding_low"));
  TRY_SET(p.high, option_ints(o.edge_padding_high(), "edge_padding_high"));
  TRY_SET(p.interior, option_ints(o.interior_padding(), "interior_padding"));
  return p;
}

Status infer(const InteriorPad& p, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.same_type(n.in(0), n.in(1)));
  const Shape& in = n.in(0).shape;
  if (n.in(1).shape.elements() != 1)
    return Error(Code::invalid_model, cat("the padding value has shape ", n.in(1).shape.text(),
                                          " instead of one value"));
  if (p.low.size != in.rank() || p.high.size != in.rank())
    return Error(Code::invalid_model, cat("pads ", p.low.size, " lower and ", p.high.size,
                                          " upper edges of rank ", in.rank()));
  TRY(check_sizes(p.interior, "interior_padding", in.rank(), 0));
  TRY_SET(const Shape shape, padded_shape(in, p));
  return n.set_shape(n.out(0), shape);
}

Status run(const InteriorPad& p, Run& n) {
  run_interior_pad(n, p, n.in(1).data);
  return ok();
}

}  // namespace

extern constinit const OpDef stablehlo_pad = define_mover<InteriorPad, parse, infer, run>(
    {.name = "STABLEHLO_PAD", .code = 195}, kFixedSize);

}  // namespace samara::ops
