// STABLEHLO_GATHER: slices of input 0 that begin where vectors of indices in input 1 say. Builtin 201.
// The output's offset_dims run over a slice (without its collapsed dimensions), the others over the
// vectors. A slice that would reach beyond the input begins earlier, or later.
// Rules from: LiteRT tflite/kernels/stablehlo_gather.cc and the StableHLO specification (gather).
#include <algorithm>

#include "engine/graph/poller.h"
#include "engine/ops/shared/index_vectors.h"
#include "engine/ops/shared/indices.h"
#include "engine/ops/shared/stablehlo.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  Ints offset_dims, collapsed, index_map, sizes;
  int64_t vector_dim = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloGatherOptions>();
  Params p;
  TRY_SET(p.offset_dims, option_ints(o.offset_dims(), "offset_dims"));
  TRY_SET(p.collapsed, option_ints(o.collapsed_slice_dims(), "collapsed_slice_dims"));
  TRY_SET(p.index_map, option_ints(o.start_index_map(), "start_index_map"));
  TRY_SET(p.sizes, option_ints(o.slice_sizes(), "slice_sizes"));
  p.vector_dim = o.index_vector_dim();
  return p;
}

Status check_options(const Params& p, const Shape& in, const Shape& indices) {
  TRY(check_sizes(p.sizes, "slice_sizes", in.rank(), 0));
  TRY(check_dims(p.collapsed, "collapsed_slice_dims", in.rank()));
  TRY(check_dims(p.index_map, "start_index_map", in.rank()));
  for (int i = 0; i < in.rank(); ++i)
    if (p.sizes[i] > (contains(p.collapsed, i) ? std::min(1, in[i]) : in[i]))
      return Error(Code::invalid_model,
                   cat("slice_sizes ", p.sizes.span(), " does not fit ", in.text(),
                       " with the collapsed dimensions ", p.collapsed.span()));
  TRY(check_index_vectors(indices, p.vector_dim, p.index_map.size, "start_index_map"));
  if (p.offset_dims.size != in.rank() - p.collapsed.size)
    return Error(Code::invalid_model,
                 cat("offset_dims has ", p.offset_dims.size, " entries for slices of rank ",
                     in.rank() - p.collapsed.size));
  return ok();
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64}));
  const Shape &in = n.in(0).shape, &indices = n.in(1).shape;
  TRY(check_options(p, in, indices));
  const Shape vectors = without(indices, p.vector_dim);
  const int rank = vectors.rank() + p.offset_dims.size;
  if (rank > kMaxRank)
    return Error(Code::unsupported, cat("gives rank ", rank, ", at most ", kMaxRank));
  TRY(check_dims(p.offset_dims, "offset_dims", rank));
  Shape out;
  for (int i = 0, slice = 0, batch = 0; i < rank; ++i) {
    if (!contains(p.offset_dims, i)) {
      out.push(vectors[batch++]);
      continue;
    }
    while (contains(p.collapsed, slice)) ++slice;
    out.push(int32_t(p.sizes[slice++]));
  }
  return n.set_shape(n.out(0), out);
}

Status run(const Params& p, Run& n) {
  const Shape &in = n.in(0).shape, &out = n.out(0).shape;
  if (out.elements() == 0) return ok();
  const Indices indices(n.in(1));
  const int64_t size = element_size(n.in(0).type);
  const auto from = strides(in), to = strides(out);
  const IndexVectors vectors(n.in(1).shape, p.vector_dim);
  StridedCopy slice(size);
  Ints batch_step;  // of the output, along the dimensions of the vectors
  for (int i = 0, d = 0; i < out.rank(); ++i) {
    if (!contains(p.offset_dims, i)) {
      batch_step[batch_step.size++] = to[size_t(i)];
      continue;
    }
    while (contains(p.collapsed, d)) ++d;
    slice.loop(out[i], from[size_t(d++)] * size, to[size_t(i)] * size);
  }
  Poller poll(n);
  for (int64_t v = 0; v < vectors.count(); ++v) {
    TRY(poll(32));
    const auto at = vectors.find(v, batch_step);
    int64_t source = 0;
    for (int k = 0; k < p.index_map.size; ++k) {
      const auto d = int(p.index_map[k]);
      const int64_t start = indices[at.index + k * vectors.step()];
      source += std::clamp<int64_t>(start, 0, in[d] - p.sizes[d]) * from[size_t(d)];
    }
    StridedCopy copy = slice;
    copy.run(n.pool(), n.in(0).data + source * size, n.out(0).data + at.other * size);
  }
  return ok();
}

}  // namespace

extern constinit const OpDef stablehlo_gather =
    define_mover<Params, parse, infer, run>({.name = "STABLEHLO_GATHER", .code = 201}, kFixedSize);

}  // namespace samara::ops
