// aeq.hadamard_rotation: the Walsh-Hadamard transform, divided by the root of its length, of each
// `hadamard_size` (a power of two) values along the last dimension. Custom operator of
// ai-edge-quantizer. Rules from: LiteRT tflite/kernels/hadamard_rotation.cc.
#include <bit>
#include <cmath>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

struct Params {
  int32_t size = 1;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  TRY_SET(p.size, options.integer("hadamard_size", 0, 1, 1 << 30));
  if (std::has_single_bit(uint32_t(p.size))) return p;
  return Error(Code::invalid_model, cat("hadamard_size ", p.size, " is no power of two"));
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.same_type(n.in(0), n.out(0)));
  const Shape& in = n.in(0).shape;
  if (in.rank() == 0 || in.back() % p.size != 0) {
    return Error(Code::invalid_model,
                 cat("rows of shape ", in.text(), " are no whole number of ", p.size, " values"));
  }
  return n.set_shape(n.out(0), in);
}

void transform(float* data, size_t count) {
  for (size_t half = 1; half < count; half *= 2) {
    for (size_t start = 0; start < count; start += 2 * half) {
      for (size_t i = start; i < start + half; ++i) {
        const float a = data[i], b = data[i + half];
        data[i] = a + b;
        data[i + half] = a - b;
      }
    }
  }
  const float scale = 1.0f / std::sqrt(float(count));
  for (size_t i = 0; i < count; ++i) data[i] *= scale;
}

Status run(const Params& p, Run& n) {
  const float* in = n.in_data<float>(0);
  float* out = n.out_data<float>(0);
  const int64_t size = p.size;
  for_elements(
      n.pool(), n.in(0).shape.elements() / size,
      [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          if (in != out) std::copy_n(in + i * size, size, out + i * size);
          transform(out + i * size, size_t(size));
        }
      },
      size * std::bit_width(uint32_t(p.size)));
  return ok();
}

}  // namespace

extern constinit const OpDef hadamard_rotation = define_op<Params, parse, infer>(
    {.name = "aeq.hadamard_rotation", .in_place = 1}, {{Type::f32, bind<Params, run>}});

}  // namespace samara::ops
