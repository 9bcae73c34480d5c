// odml.update_external_kv_cache: writes keys and values at the positions given into copies of the
// caches given. Custom operator. Inputs: key cache and value cache [1, most, heads, width],
// positions (int32), keys and values [1, n, heads, width]. The first position that is lower than
// the one before it ends the list.
// Rules from: LiteRT tflite/experimental/genai/external_kvcache.cc.
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

enum Operand { kKeyCache, kValueCache, kPosition, kKeys, kValues };

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(5, 2));
  for (const int i : {kKeyCache, kValueCache, kKeys, kValues}) {
    TRY(n.has_type(n.in(i), {Type::f32}));
    TRY(n.has_rank(n.in(i), 4));
  }
  TRY(n.has_type(n.in(kPosition), {Type::i32}));
  TRY(n.has_rank(n.in(kPosition), 1));
  const Shape &cache = n.in(kKeyCache).shape, &keys = n.in(kKeys).shape;
  const bool same = cache == n.in(kValueCache).shape && keys == n.in(kValues).shape;
  if (!same || keys[0] != 1 || cache[0] != 1 || keys[2] != cache[2] || keys[3] != cache[3] ||
      n.in(kPosition).shape[0] != keys[1]) {
    return Error(Code::invalid_model,
                 cat("has caches ", cache.text(), " and keys ", keys.text(), ", which do not fit"));
  }
  for (int i = 0; i < 2; ++i) {
    TRY(n.has_type(n.out(i), {Type::f32}));
    TRY(n.set_shape(n.out(i), cache));
  }
  return ok();
}

Status run(const NoParams&, Run& n) {
  const Shape& cache = n.in(kKeyCache).shape;
  const size_t entry = size_t(cache[2]) * size_t(cache[3]) * sizeof(float);
  for (int i = 0; i < 2; ++i) {
    if (n.out(i).data != n.in(i).data) {
      std::memcpy(n.out(i).data, n.in(i).data, n.in(i).bytes);
    }
  }
  const auto positions = n.view<const int32_t>(n.in(kPosition));
  for (size_t i = 0; i < positions.size(); ++i) {
    const int32_t at = positions[i];
    if (i > 0 && at < positions[i - 1]) break;
    if (at < 0 || at >= cache[1]) {
      return value_error(n, kPosition, cat("position ", at, " of a cache of ", cache[1]));
    }
    std::memcpy(n.out(0).data + size_t(at) * entry, n.in(kKeys).data + i * entry, entry);
    std::memcpy(n.out(1).data + size_t(at) * entry, n.in(kValues).data + i * entry, entry);
  }
  return ok();
}

}  // namespace

extern constinit const OpDef update_external_kv_cache = define_op<NoParams, parse_none, infer>(
    {.name = "odml.update_external_kv_cache"}, {{Type::f32, bind<NoParams, run>}});

}  // namespace samara::ops
