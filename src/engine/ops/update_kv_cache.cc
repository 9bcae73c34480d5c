// odml.update_kv_cache: keeps the keys and values of the last `kv_cache_max` positions of a layer,
// which outlive the run until variables are reset, and gives all of them. Custom operator. Inputs: positions (int64, only
// the first counts), keys and values [1, n, heads, width] of those positions. Outputs: all keys
// and values [1, kv_cache_max, heads, width], zeros where there was none yet. Where positions run
// over the end, the oldest make room. Nodes of one layer share their cache.
// Options: kv_cache_max (2048), num_layers (32), layer_index (0).
// Rules from: LiteRT tflite/experimental/genai/kvcache.cc.
#include <algorithm>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/operator_state.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

enum Operand { kPosition, kKeys, kValues };

struct Params {
  int32_t most = 2048, layer = 0;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  // What is not above 0 counts as left out.
  TRY_SET(const int32_t most, options.integer("kv_cache_max", 0, INT32_MIN, INT32_MAX));
  TRY_SET(const int32_t layers, options.integer("num_layers", 0, INT32_MIN, INT32_MAX));
  TRY_SET(const int32_t layer, options.integer("layer_index", 0, INT32_MIN, INT32_MAX));
  if (most > 0) p.most = most;
  p.layer = std::max(layer, 0);
  if (p.layer < (layers > 0 ? layers : 32)) return p;
  return Error(Code::invalid_model, cat("layer_index ", layer, " is beyond num_layers ", layers));
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(3, 2));
  const Tensor &position = n.in(kPosition), &keys = n.in(kKeys), &values = n.in(kValues);
  TRY(n.has_type(position, {Type::i64}));
  TRY(n.has_rank(position, 1));
  for (const Tensor* t : {&keys, &values, &n.out(0), &n.out(1)}) TRY(n.has_type(*t, {Type::f32}));
  TRY(n.has_rank(keys, 4));
  if (keys.shape != values.shape || keys.shape[0] != 1 || position.shape[0] != keys.shape[1]) {
    return Error(Code::invalid_model,
                 cat("has positions ", position.shape.text(), ", keys ", keys.shape.text(),
                     " and values ", values.shape.text(), ", which do not fit"));
  }
  if (keys.shape[1] < 1 || keys.shape[1] > p.most) {
    return Error(Code::invalid_model,
                 cat("has ", keys.shape[1], " positions for a cache of ", p.most));
  }
  Shape all = keys.shape;
  all[1] = p.most;
  TRY(n.set_shape(n.out(0), all));
  return n.set_shape(n.out(1), all);
}

/// A layer's resource of that name.
Result<Resource*> find(const Params& p, Run& n, const char* what) {
  TRY_SET(const int32_t id,
          n.resource_id(kOperatorState, cat("odml.kv_cache ", p.layer, " ", what)));
  return n.resource(id);
}

/// Fills `out` with the cache moved down by `shift` entries and with `fresh` at entry `at`, and
/// keeps that.
Status update(Run& n, Resource& cache, const Tensor& fresh, int64_t shift, int64_t at,
              const Tensor& out) {
  const size_t entry = fresh.bytes / size_t(fresh.shape[1]);
  if (cache.set && (cache.shape != out.shape || cache.type != out.type)) {
    return Error(Code::invalid_model, cat("the layer's cache has shape ", cache.shape.text(),
                                          " elsewhere, ", out.shape.text(), " here"));
  }
  std::memset(out.data, 0, out.bytes);
  if (cache.set && shift < out.shape[1]) {
    const size_t gone = size_t(shift) * entry;
    std::memcpy(out.data, cache.data + gone, out.bytes - gone);
  }
  std::memcpy(out.data + size_t(at) * entry, fresh.data, fresh.bytes);
  return n.assign(cache, out);
}

Status run(const Params& p, Run& n) {
  TRY_SET(Resource* const keys, find(p, n, "keys"));
  TRY_SET(Resource* const values, find(p, n, "values"));
  TRY_SET(Resource* const start, find(p, n, "start"));
  // The position of the cache's first entry.
  int64_t first = 0;
  if (start->set) std::memcpy(&first, start->data, sizeof first);
  const int64_t position = *n.in_data<int64_t>(kPosition), count = n.in(kKeys).shape[1];
  if (position < first || position > INT64_MAX / 2) {
    return value_error(n, kPosition,
                       cat("position ", position, ", where the cache begins at ", first));
  }
  const int64_t shift = std::max<int64_t>(0, position + count - (first + p.most));
  first += shift;
  TRY(update(n, *keys, n.in(kKeys), shift, position - first, n.out(0)));
  TRY(update(n, *values, n.in(kValues), shift, position - first, n.out(1)));
  Tensor kept;
  kept.type = Type::i64;
  kept.data = reinterpret_cast<std::byte*>(&first);
  kept.bytes = sizeof first;
  return n.assign(*start, kept);
}

}  // namespace

extern constinit const OpDef update_kv_cache = define_op<Params, parse, infer>(
    {.name = "odml.update_kv_cache", .pure = false}, {{Type::i64, bind<Params, run>}});

}  // namespace samara::ops
