// STABLEHLO_CONCATENATE: inputs one after the other along a dimension. Builtin 169. LiteRT has no
// kernel; rules from the StableHLO specification (concatenate).
#include "engine/ops/shared/stablehlo.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  int64_t dimension = 0;
};

Result<Params> parse(const OpView& v) {
  return Params{v.options<fb::StablehloConcatenateOptions>().dimension()};
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, std::numeric_limits<int>::max(), 1));
  TRY(all_present(n));
  Shape shape = n.in(0).shape;
  if (p.dimension < 0 || p.dimension >= shape.rank())
    return Error(Code::invalid_model,
                 cat("dimension ", p.dimension, " is not one of ", shape.text()));
  const auto along = int(p.dimension);
  int64_t length = 0;
  for (int i = 0; i < n.inputs(); ++i) {
    const Tensor& in = n.in(i);
    TRY(n.same_type(in, n.out(0)));
    Shape fitting = in.shape;
    if (along < fitting.rank()) fitting[along] = shape[along];
    if (fitting != shape)
      return Error(Code::invalid_model,
                   cat("input ", i, " is ", in.shape.text(), ", which does not fit ", shape.text(),
                       " along ", along));
    length += in.shape[along];
  }
  if (!narrow<int32_t>(length))
    return Error(Code::resource_exhausted, cat("dimension ", along, " would be ", length));
  shape[along] = int32_t(length);
  return n.set_shape(n.out(0), shape);
}

Status run(const Params& p, Run& n) {
  const auto along = int(p.dimension);
  const Shape& out = n.out(0).shape;
  const int64_t size = element_size(n.out(0).type);
  const int64_t out_row = out.range(along, out.rank()) * size;
  std::byte* to = n.out(0).data;
  for (int i = 0; i < n.inputs(); ++i) {
    const int64_t row = n.in(i).shape.range(along, out.rank()) * size;
    StridedCopy(1)
        .loop(out.range(0, along), row, out_row)
        .loop(row, 1, 1)
        .run(n.pool(), n.in(i).data, to);
    to += row;
  }
  return ok();
}

}  // namespace

extern constinit const OpDef stablehlo_concatenate = define_mover<Params, parse, infer, run>(
    {.name = "STABLEHLO_CONCATENATE", .code = 169}, kFixedSize);

}  // namespace samara::ops
