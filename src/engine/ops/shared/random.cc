#include "engine/ops/shared/random.h"

#include <unistd.h>

#include <chrono>

#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

uint64_t entropy() {
  uint64_t value = 0;
  if (getentropy(&value, sizeof value) == 0) return value;
  return uint64_t(std::chrono::steady_clock::now().time_since_epoch().count());
}

}  // namespace

PhiloxWords philox(uint64_t key, PhiloxWords c) {
  auto key0 = uint32_t(key), key1 = uint32_t(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xd2511f53} * c[0], b = uint64_t{0xcd9e8d57} * c[2];
    c = {uint32_t(b >> 32) ^ c[1] ^ key0, uint32_t(b), uint32_t(a >> 32) ^ c[3] ^ key1,
         uint32_t(a)};
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  return c;
}

Philox::Words Philox::operator()() {
  const Words counter{uint32_t(low_), uint32_t(low_ >> 32), uint32_t(high_), uint32_t(high_ >> 32)};
  skip(1);
  return philox(key_, counter);
}

Result<RandomParams> parse_random(const OpView& v) {
  const auto& o = v.options<fb::RandomOptions>();
  return RandomParams{int32_t(o.seed()), int32_t(o.seed2())};
}

Status prepare_random(const RandomParams& p, RandomState& s, Prepare& n) {
  s.late = !n.known(0);
  if (s.seeded) return ok();
  const bool given = p.seed != 0 || p.seed2 != 0;
  s.generator = given ? Philox(uint64_t(int64_t{p.seed}), uint64_t(int64_t{p.seed2}))
                      : Philox(entropy(), entropy());
  s.seeded = true;
  return ok();
}

Status infer_random(const RandomParams&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.in(0), {Type::i32}));
  TRY(n.has_rank(n.in(0), 1));
  TRY(n.has_type(n.out(0), {Type::f32}));
  if (!n.known(0)) return n.sized_by_run(n.out(0));
  TRY_SET(const Shape shape, read_shape(n, 0));
  return n.set_shape(n.out(0), shape);
}

Status size_random(const RandomState& s, Run& n) {
  if (!s.late) return ok();
  TRY_SET(const Shape shape, read_shape(n, 0));
  return n.resize(n.out(0), shape);
}

}  // namespace samara::ops
