// A custom operator of one's own, compiled against Samara's public headers alone.
//
// samara.example.Clip limits every element to [0, limit]; the limit is a float, the operator's
// custom options. `samara run model.tflite --ops-library libown_op.so` then runs models that have
// it, and so does a program with ModelOptions::ops_libraries.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "samara/graph/register.h"

namespace {

using namespace samara;         // NOLINT: an example reads best without prefixes
using namespace samara::graph;  // NOLINT

struct Params {
  float limit = 0;
};

// parse: once per node, when the model is loaded. What the file can get wrong is refused here ...
Result<Params> parse(const OpView& view) {
  Params p;
  if (view.custom().size() != sizeof p.limit)
    return Error(Code::invalid_model, "the options of Clip are one float");
  std::memcpy(&p.limit, view.custom().data(), sizeof p.limit);
  if (!std::isfinite(p.limit) || p.limit < 0)
    return Error(Code::invalid_model, "the limit of Clip must be finite and not negative");
  return p;
}

// ... or here, whenever shapes are planned, with the shapes of the outputs in return.
Status infer(const Params&, Infer& n) {
  if (Status s = n.arity(1, 1); !s.ok()) return s;
  if (Status s = n.same_type(n.in(0), n.out(0)); !s.ok()) return s;
  return n.set_shape(n.out(0), n.in(0).shape);
}

// run: any number of times, and without memory from the heap.
Status run_f32(const Params& p, Run& n) {
  const auto x = n.view<const float>(n.in(0));
  const auto y = n.view<float>(n.out(0));
  n.pool().parallel_for(x.size(), 4096, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) y[i] = std::clamp(x[i], 0.0f, p.limit);
  });
  return {};
}

// One kernel for each combination of input types; in_place lets the output take the input's memory.
constexpr OpDef kClip = define_op<Params, parse, infer>(
    {.name = "samara.example.Clip", .in_place = 1}, {{{Type::f32}, bind<Params, run_f32>}});

}  // namespace

uint32_t samara_ops_abi() { return SAMARA_OPS_ABI; }

void samara_register_ops(void* context, void (*add)(void* context, const OpDef* op)) {
  add(context, &kClip);
}
