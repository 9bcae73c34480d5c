// BUCKETIZE: the number of boundaries that are not above the value. Builtin 147, version 1. Rules
// from: LiteRT tflite/kernels/bucketize.cc: boundaries are float32, integers are compared as such.
#include <algorithm>
#include <vector>

#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct Params {
  std::vector<float> boundaries;
};

Result<Params> parse(const OpView& v) {
  Params p;
  if (const auto* list = v.options<fb::BucketizeOptions>().boundaries())
    p.boundaries.assign(list->begin(), list->end());
  if (!std::is_sorted(p.boundaries.begin(), p.boundaries.end()))
    return Error(Code::invalid_model, "the boundaries are not sorted");
  return p;
}

Status infer(const Params&, Infer& n) {
  TRY(n.has_type(n.out(0), {Type::i32}));
  return infer_same_shape(n);
}

template <class T>
Status run(const Params& p, Run& n) {
  const float *begin = p.boundaries.data(), *end = begin + p.boundaries.size();
  unary<T, int32_t>(
      n, [=](T value) { return int32_t(std::upper_bound(begin, end, value) - begin); }, 8);
  return ok();
}

}  // namespace

extern constinit const OpDef bucketize =
    define_op<Params, parse, infer>({.name = "BUCKETIZE", .code = 147, .versions = {1, 1}},
                                    {{Type::f32, bind<Params, run<float>>},
                                     {Type::f64, bind<Params, run<double>>},
                                     {Type::i32, bind<Params, run<int32_t>>},
                                     {Type::i64, bind<Params, run<int64_t>>}});

}  // namespace samara::ops
