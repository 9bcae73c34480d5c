// EMBEDDING_LOOKUP_SPARSE: rows of input 4, weighted by input 3 and combined. Entry i adds row
// ids[i] to the place that the leading coordinates indices[i] name in a tensor of the dense shape in
// input 2, whose last dimension the embedding replaces. Builtin 33, version 1.
// Rules from: LiteRT tflite/kernels/embedding_lookup_sparse.cc: MEAN and SQRTN divide once a run of
// entries for one place ends; coordinates out of range, which LiteRT drops, are an error.
#include <algorithm>
#include <cmath>

#include "engine/graph/poller.h"
#include "engine/ops/shared/indices.h"

namespace samara::ops {
namespace {

struct Params {
  fb::CombinerType combiner = fb::CombinerType_SUM;
};

Result<Params> parse(const OpView& v) {
  const Params p{v.options<fb::EmbeddingLookupSparseOptions>().combiner()};
  if (p.combiner >= fb::CombinerType_MIN && p.combiner <= fb::CombinerType_MAX) return p;
  return Error(Code::invalid_model, cat("has no combiner ", int(p.combiner)));
}

enum Input { kIds, kIndices, kShape, kWeights, kTable };

Status check_operands(const Infer& n) {
  for (const int i : {kIds, kIndices, kShape}) TRY(n.has_type(n.in(i), {Type::i32}));
  for (const int i : {kWeights, kTable}) TRY(n.has_type(n.in(i), {Type::f32}));
  TRY(n.has_type(n.out(0), {Type::f32}));
  for (const int i : {kIds, kShape, kWeights}) TRY(n.has_rank(n.in(i), 1));
  TRY(n.has_rank(n.in(kIndices), 2));
  const Shape &indices = n.in(kIndices).shape, &table = n.in(kTable).shape;
  if (table.rank() < 2)
    return Error(Code::invalid_model,
                 cat("the table has shape ", table.text(), "; it must have rank 2 or more"));
  if (indices[0] != n.in(kIds).shape[0] || indices[0] != n.in(kWeights).shape[0])
    return Error(Code::invalid_model, cat("has ", n.in(kIds).shape[0], " ids, ", indices[0],
                                          " indices and ", n.in(kWeights).shape[0], " weights"));
  if (indices[1] < 1 || indices[1] != n.in(kShape).shape[0])
    return Error(Code::invalid_model,
                 cat("indices ", indices.text(), " do not address rank ", n.in(kShape).shape[0]));
  return ok();
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(5, 1));
  TRY(check_operands(n));
  if (!n.known(kShape)) return n.defer();
  TRY_SET(const Shape dense, read_shape(n, kShape));
  const Shape& table = n.in(kTable).shape;
  if (dense.rank() + table.rank() - 2 > kMaxRank)
    return Error(Code::unsupported, cat("would give rank ", dense.rank() + table.rank() - 2));
  Shape shape(dense.dims().first(size_t(dense.rank() - 1)));
  for (int i = 1; i < table.rank(); ++i) shape.push(table[i]);
  return n.set_shape(n.out(0), shape);
}

Status check_values(const Operands& n, int depth) {
  TRY(check_indices(n, kIds, n.in(kTable).shape[0]));
  const auto indices = n.values<int32_t>(kIndices);
  const Shape& out = n.out(0).shape;
  for (size_t i = 0; i < indices.size(); ++i) {
    const int d = int(i % size_t(depth + 1));
    if (d < depth && (indices[i] < 0 || indices[i] >= out[d]))
      return value_error(
          n, kIndices,
          cat("index ", indices[i], " at position ", i, " is out of range, [0, ", out[d], ")"));
  }
  return ok();
}

/// Sums over the entries of one place.
struct Sums {
  float weights = 0, squares = 0;
  bool any = false;
};

void finish(const Params& p, const Sums& s, float* to, int64_t width) {
  if (!s.any || p.combiner == fb::CombinerType_SUM) return;
  const float by = p.combiner == fb::CombinerType_MEAN ? s.weights : std::sqrt(s.squares);
  for (int64_t k = 0; k < width; ++k) to[k] /= by;
}

Status run(const Params& p, Run& n) {
  const int depth = n.in(kIndices).shape[1] - 1;  // of places
  TRY(check_values(n, depth));
  const auto out = n.view<float>(n.out(0));
  std::fill(out.begin(), out.end(), 0.0f);
  if (out.empty()) return ok();
  const Shape& shape = n.out(0).shape;
  const int64_t width = shape.range(depth, shape.rank());
  const auto ids = n.view<const int32_t>(n.in(kIds));
  const int32_t* at = n.in_data<int32_t>(kIndices);
  float* current = out.data();
  Sums sums;
  Poller poll(n);
  for (size_t i = 0; i < ids.size(); ++i, at += depth + 1) {
    TRY(poll(8 + width));
    int64_t place = 0;
    for (int d = 0; d < depth; ++d) place = place * shape[d] + at[d];
    float* const to = out.data() + place * width;
    if (to != current) {
      finish(p, sums, current, width);
      sums = {};
      current = to;
    }
    const float weight = n.in_data<float>(kWeights)[i];
    const float* const row = n.in_data<float>(kTable) + ids[i] * width;
    sums.any = true;
    sums.weights += weight;
    sums.squares += weight * weight;
    for (int64_t k = 0; k < width; ++k) to[k] += row[k] * weight;
  }
  finish(p, sums, current, width);
  return ok();
}

}  // namespace

extern constinit const OpDef embedding_lookup_sparse = define_op<Params, parse, infer>(
    {.name = "EMBEDDING_LOOKUP_SPARSE", .code = 33, .versions = {1, 1}},
    {{{kAny, kAny, kAny, Type::f32, Type::f32}, bind<Params, run>}});

}  // namespace samara::ops
