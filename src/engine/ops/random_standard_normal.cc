// RANDOM_STANDARD_NORMAL: random numbers of mean 0 and deviation 1 in the shape of input 0, two at a
// time by the method of Box and Muller. Builtin 146, version 1.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/graph/poller.h"
#include "engine/ops/shared/random.h"

namespace samara::ops {
namespace {

std::array<float, 2> box_muller(uint32_t a, uint32_t b) {
  const float distance = std::sqrt(-2.0f * std::log(std::max(uniform_float(a), 1.0e-7f)));
  const auto angle = float(2 * std::numbers::pi * uniform_float(b));
  return {std::sin(angle) * distance, std::cos(angle) * distance};
}

Status run(const RandomParams&, RandomState& s, Run& n) {
  TRY(size_random(s, n));
  const auto out = n.view<float>(n.out(0));
  Poller poll(n);
  for (size_t i = 0; i < out.size(); i += 4) {
    TRY(poll(256));
    const Philox::Words words = s.generator();
    for (size_t k = i; k < std::min(i + 4, out.size()); k += 2) {
      const auto pair = box_muller(words[k - i], words[k - i + 1]);
      out[k] = pair[0];
      if (k + 1 < out.size()) out[k + 1] = pair[1];
    }
  }
  return ok();
}

}  // namespace

extern constinit const OpDef random_standard_normal = define_random<run>(
    {.name = "RANDOM_STANDARD_NORMAL", .code = 146, .versions = {1, 1}, .pure = false});

}  // namespace samara::ops
