// ONE_HOT: for each index a vector of `depth` elements along the axis, on at the index and off
// elsewhere; all off for an index out of range. Builtin 85, version 1.
// Rules from: LiteRT tflite/kernels/one_hot.cc (axis -1 is the last).
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/ops/shared/indices.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  int axis = -1;
};

Result<Params> parse(const OpView& v) { return Params{v.options<fb::OneHotOptions>().axis()}; }

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(4, 1));
  TRY(n.has_type(n.in(0), {Type::i32, Type::i64}));
  TRY(n.has_type(n.in(1), {Type::i32}));
  for (const int i : {2, 3}) {
    TRY(n.same_type(n.in(i), n.out(0)));
    if (n.in(i).shape.elements() != 1)
      return Error(Code::invalid_model, cat("'", n.in(i).name, "' has shape ", n.in(i).shape.text(),
                                            " instead of one element"));
  }
  const Shape& in = n.in(0).shape;
  if (in.rank() == kMaxRank) return Error(Code::unsupported, "the output would have rank 9");
  TRY_SET(const int axis, resolve_axis(p.axis, in.rank() + 1));
  if (!n.known(1)) return n.defer();
  TRY_SET(const int64_t depth, read_int(n, 1));
  if (depth < 0) return value_error(n, 1, cat("the depth is ", depth));
  Shape shape;
  for (int i = 0; i <= in.rank(); ++i) {
    if (i == axis) shape.push(int32_t(depth));
    if (i < in.rank()) shape.push(in[i]);
  }
  return n.set_shape(n.out(0), shape);
}

Status run(const Params& p, Run& n) {
  const Shape& out = n.out(0).shape;
  if (out.elements() == 0) return ok();
  const int axis = p.axis < 0 ? p.axis + out.rank() : p.axis;
  const int64_t outer = out.range(0, axis), inner = out.range(axis + 1, out.rank());
  const auto size = size_t(element_size(n.out(0).type));
  const Indices indices(n.in(0));
  std::byte* to = n.out(0).data;
  Poller poll(n);
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t d = 0; d < out[axis]; ++d) {
      TRY(poll(inner));
      for (int64_t j = 0; j < inner; ++j, to += size)
        std::memcpy(to, n.in(indices[i * inner + j] == d ? 2 : 3).data, size);
    }
  return ok();
}

}  // namespace

extern constinit const OpDef one_hot = define_mover<Params, parse, infer, run>(
    {.name = "ONE_HOT", .code = 85, .versions = {1, 1}}, kFixedSize, 2);

}  // namespace samara::ops
