// STABLEHLO_TRANSPOSE: dimension i of the output is dimension permutation[i] of the input. Builtin 202.
// LiteRT has no kernel; rules from the StableHLO specification (transpose).
#include "engine/ops/shared/stablehlo.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  Ints permutation;
};

Result<Params> parse(const OpView& v) {
  Params p;
  const auto* list = v.options<fb::StablehloTransposeOptions>().permutation();
  TRY_SET(p.permutation, option_ints(list, "permutation"));
  return p;
}

View view(const Params& p, const Shape& in) {
  const auto step = strides(in);
  View out;
  for (const int64_t d : p.permutation.span()) out.push(in[int(d)], step[size_t(d)]);
  return out;
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 1));
  const Shape& in = n.in(0).shape;
  TRY(check_dims(p.permutation, "permutation", in.rank()));
  if (p.permutation.size != in.rank())
    return Error(Code::invalid_model,
                 cat("permutation has ", p.permutation.size, " entries for rank ", in.rank()));
  return n.set_shape(n.out(0), view(p, in).shape);
}

Status run(const Params& p, Run& n) { return copy_view(n, 0, view(p, n.in(0).shape)); }

}  // namespace

extern constinit const OpDef stablehlo_transpose = define_mover<Params, parse, infer, run>(
    {.name = "STABLEHLO_TRANSPOSE", .code = 202}, kFixedSize);

}  // namespace samara::ops
