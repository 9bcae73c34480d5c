// STABLEHLO_BROADCAST_IN_DIM: dimension i of the input is dimension broadcast_dimensions[i] of the
// output, whose shape the model gives; dimensions of size 1 and all others are repeated. Builtin 170.
// LiteRT has no kernel; rules from the StableHLO specification (broadcast_in_dim).
#include "engine/ops/shared/stablehlo.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  Ints dims;
};

Result<Params> parse(const OpView& v) {
  Params p;
  const auto* list = v.options<fb::StablehloBroadcastInDimOptions>().broadcast_dimensions();
  TRY_SET(p.dims, option_ints(list, "broadcast_dimensions"));
  return p;
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 1));
  const Shape &in = n.in(0).shape, out = n.out(0).shape;
  TRY(check_dims(p.dims, "broadcast_dimensions", out.rank()));
  bool fits = p.dims.size == in.rank();
  for (int i = 0; fits && i < in.rank(); ++i) fits = in[i] == 1 || in[i] == out[int(p.dims[i])];
  if (fits) return n.set_shape(n.out(0), out);
  return Error(Code::invalid_model, cat("cannot broadcast ", in.text(), " to ", out.text(),
                                        " along dimensions ", p.dims.span()));
}

Status run(const Params& p, Run& n) {
  const Shape &in = n.in(0).shape, &out = n.out(0).shape;
  const auto step = strides(in);
  View view;
  for (const int32_t d : out.dims()) view.push(d, 0);
  for (int i = 0; i < in.rank(); ++i)
    if (in[i] != 1) view.step[size_t(p.dims[i])] = step[size_t(i)];
  return copy_view(n, 0, view);
}

}  // namespace

extern constinit const OpDef stablehlo_broadcast_in_dim = define_mover<Params, parse, infer, run>(
    {.name = "STABLEHLO_BROADCAST_IN_DIM", .code = 170}, kFixedSize);

}  // namespace samara::ops
