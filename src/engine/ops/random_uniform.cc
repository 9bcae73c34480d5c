// RANDOM_UNIFORM: random numbers in [0, 1) in the shape of input 0. Builtin 148, version 1.
#include <algorithm>

#include "engine/graph/poller.h"
#include "engine/ops/shared/random.h"

namespace samara::ops {
namespace {

Status run(const RandomParams&, RandomState& s, Run& n) {
  TRY(size_random(s, n));
  const auto out = n.view<float>(n.out(0));
  Poller poll(n);
  for (size_t i = 0; i < out.size(); i += 4) {
    TRY(poll(64));
    const Philox::Words words = s.generator();
    for (size_t k = i; k < std::min(i + 4, out.size()); ++k) out[k] = uniform_float(words[k - i]);
  }
  return ok();
}

}  // namespace

extern constinit const OpDef random_uniform =
    define_random<run>({.name = "RANDOM_UNIFORM", .code = 148, .versions = {1, 1}, .pure = false});

}  // namespace samara::ops
