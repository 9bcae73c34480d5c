// STABLEHLO_CONVERT: values to another type, as CAST does it. Builtin 192. LiteRT has no kernel; what a
// value beyond the type's range becomes, the StableHLO specification leaves open.
#include "engine/graph/op.h"

namespace samara::ops {

extern const OpDef cast;

namespace {

Status infer(const NoParams& p, Infer& n) { return cast.infer(&p, n); }

Status run(const NoParams& p, Run& n) {
  for (const Kernel& k : cast.kernels)
    if (k.run != nullptr && k.types.type[0] == n.in(0).type) return k.run(&p, nullptr, n);
  return Error(Code::unsupported, cat("does not take ", name(n.in(0).type)));
}

}  // namespace

extern constinit const OpDef stablehlo_convert = define_op<NoParams, parse_none, infer>(
    {.name = "STABLEHLO_CONVERT", .code = 192, .in_place = 1}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
