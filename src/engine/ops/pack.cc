// PACK: stacks inputs of one shape along a new axis. Builtin 83, versions 1 to 5.
// Rules from: LiteRT tflite/kernels/pack.cc (quantization must be equal everywhere).
#include <limits>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  int axis = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::PackOptions>();
  if (o.values_count() != v.inputs())
    return Error(Code::invalid_model,
                 cat("values_count is ", o.values_count(), " with ", v.inputs(), " inputs"));
  return Params{o.axis()};
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, std::numeric_limits<int>::max(), 1));
  TRY(all_present(n));
  const Shape& in = n.in(0).shape;
  if (in.rank() == kMaxRank) return Error(Code::unsupported, "the output would have rank 9");
  TRY_SET(const int axis, resolve_axis(p.axis, in.rank() + 1));
  for (int i = 0; i < n.inputs(); ++i) {
    TRY(n.same_type(n.in(i), n.out(0)));
    TRY(same_quantization(n.in(i), n.out(0)));
    if (n.in(i).shape != in)
      return Error(Code::invalid_model, cat("input ", i, " '", n.in(i).name, "' is ",
                                            n.in(i).shape.text(), ", the first ", in.text()));
  }
  Shape shape;
  for (int i = 0; i <= in.rank(); ++i) {
    if (i == axis) shape.push(n.inputs());
    if (i < in.rank()) shape.push(in[i]);
  }
  return n.set_shape(n.out(0), shape);
}

Status run(const Params& p, Run& n) {
  const Tensor& out = n.out(0);
  if (out.shape.elements() == 0) return ok();
  const int axis = p.axis < 0 ? p.axis + out.shape.rank() : p.axis;
  const int64_t bytes = out.shape.range(axis + 1, out.shape.rank()) * element_size(out.type);
  for (int i = 0; i < n.inputs(); ++i)
    StridedCopy(1)
        .loop(out.shape.range(0, axis), bytes, bytes * n.inputs())
        .loop(bytes, 1, 1)
        .run(n.pool(), n.in(i).data, out.data + i * bytes);
  return ok();
}

}  // namespace

extern constinit const OpDef pack = define_mover<Params, parse, infer, run>(
    {.name = "PACK", .code = 83, .versions = {1, 5}}, kFixedSize);

}  // namespace samara::ops
