// LSH_PROJECTION: bits of the input by locality-sensitive hashing. Each bit has a seed (input 0,
// [hashes, bits]) and is the sign of the sum, over the rows of input 1, of the row's hash with that
// seed times its weight (input 2, 1 if left out). DENSE gives the bits, SPARSE a number for each hash.
// Builtin 15, version 1. Rules from: LiteRT tflite/kernels/lsh_projection.cc: the hash of a row is
// FarmHash's fingerprint of the seed's bytes followed by the row's, as a signed number.
#include <cstring>

#include "engine/ops/shared/farmhash.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  bool dense = false;
};

Result<Params> parse(const OpView& v) {
  const auto type = v.options<fb::LSHProjectionOptions>().type();
  if (type == fb::LSHProjectionType_SPARSE) return Params{false};
  if (type == fb::LSHProjectionType_DENSE) return Params{true};
  return Error(Code::invalid_model, cat("has no projection ", int(type)));
}

int64_t row_bytes(const Tensor& t) {
  return t.shape.range(1, t.shape.rank()) * element_size(t.type);
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 3, 1));
  const Tensor &seeds = n.in(0), &rows = n.in(1);
  TRY(n.has_type(seeds, {Type::f32}));
  TRY(n.has_rank(seeds, 2));
  TRY(n.has_type(n.out(0), {Type::i32}));
  if (seeds.shape[1] > 32)
    return Error(Code::invalid_model, cat("a hash has ", seeds.shape[1], " bits, at most 32 fit"));
  if (rows.shape.rank() < 1 || rows.shape[0] < 1)
    return Error(Code::invalid_model, cat("the input ", rows.shape.text(), " has no rows"));
  if (n.has(2)) {
    TRY(n.has_type(n.in(2), {Type::f32}));
    TRY(n.has_rank(n.in(2), 1));
    if (n.in(2).shape[0] != rows.shape[0])
      return Error(Code::invalid_model,
                   cat("has ", n.in(2).shape[0], " weights for ", rows.shape[0], " rows"));
  }
  TRY(n.scratch(0, int64_t(sizeof(float)) + row_bytes(rows)));
  const int64_t count = int64_t{seeds.shape[0]} * (p.dense ? seeds.shape[1] : 1);
  if (!narrow<int32_t>(count))
    return Error(Code::resource_exhausted, cat("would give ", count, " bits"));
  return n.set_shape(n.out(0), Shape{int32_t(count)});
}

bool bit_of(Run& n, float seed) {
  const Tensor& rows = n.in(1);
  const size_t bytes = size_t(row_bytes(rows));
  const float* weights = n.has(2) ? n.in_data<float>(2) : nullptr;
  const std::span<std::byte> key = n.scratch(0);
  std::memcpy(key.data(), &seed, sizeof seed);
  const std::string_view text(reinterpret_cast<const char*>(key.data()), sizeof seed + bytes);
  double score = 0;
  for (int64_t i = 0; i < rows.shape[0]; ++i) {
    if (bytes > 0) std::memcpy(key.data() + sizeof seed, rows.data + size_t(i) * bytes, bytes);
    const auto hash = double(int64_t(farm_fingerprint64(text)));
    score += weights != nullptr ? weights[i] * hash : hash;
  }
  return score > 0;
}

Status run(const Params& p, Run& n) {
  const int32_t bits = n.in(0).shape[1];
  const float* seed = n.in_data<float>(0);
  int32_t* out = n.out_data<int32_t>(0);
  for (int32_t i = 0; i < n.in(0).shape[0]; ++i) {
    TRY(n.poll());
    uint32_t number = 0;
    for (int32_t b = 0; b < bits; ++b) {
      const bool bit = bit_of(n, *seed++);
      if (p.dense) *out++ = bit;
      number = number << 1 | uint32_t(bit);
    }
    // Each hash has a range of its own; of 32 bits LiteRT adds the hash's number on x86.
    if (!p.dense) *out++ = int32_t(number + uint32_t(i) * (1u << (bits % 32)));
  }
  return ok();
}

}  // namespace

extern constinit const OpDef lsh_projection = define_mover<Params, parse, infer, run>(
    {.name = "LSH_PROJECTION", .code = 15, .versions = {1, 1}}, kFixedSize, 1);

}  // namespace samara::ops
