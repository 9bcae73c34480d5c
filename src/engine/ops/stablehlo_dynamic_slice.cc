// STABLEHLO_DYNAMIC_SLICE: a block of input 0 that begins where the other inputs say, one index each for
// each dimension. Builtin 193. LiteRT has no kernel; rules from the StableHLO specification
// (dynamic_slice).
#include "engine/ops/shared/dynamic_start.h"
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Params {
  Ints sizes;
};

Result<Params> parse(const OpView& v) {
  Params p;
  const auto* list = v.options<fb::StablehloDynamicSliceOptions>().slice_sizes();
  TRY_SET(p.sizes, option_ints(list, "slice_sizes"));
  return p;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, 1 + kMaxRank, 1));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(check_starts(n, 1));
  const Shape& in = n.in(0).shape;
  TRY(check_sizes(p.sizes, "slice_sizes", in.rank(), 0));
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    if (p.sizes[i] > in[i])
      return Error(Code::invalid_model,
                   cat("slice_sizes ", p.sizes.span(), " do not fit ", in.text()));
    out.push(int32_t(p.sizes[i]));
  }
  return n.set_shape(n.out(0), out);
}

Status run(const Params&, Run& n) { return copy_view(n, 0, block_view(n, 1, n.out(0).shape)); }

}  // namespace

extern constinit const OpDef stablehlo_dynamic_slice = define_mover<Params, parse, infer, run>(
    {.name = "STABLEHLO_DYNAMIC_SLICE", .code = 193}, kFixedSize);

}  // namespace samara::ops
