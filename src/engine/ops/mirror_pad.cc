// MIRROR_PAD: the input's mirror image around it, with the edge itself (SYMMETRIC) or without
// (REFLECT). Builtin 100, versions 1 to 3. Rules from: LiteRT tflite/kernels/mirror_pad.cc.
#include <algorithm>
#include <cstring>

#include "engine/ops/shared/pad.h"

namespace samara::ops {
namespace {

struct Params {
  int edge = 0;  // elements at the edge that the image leaves out
};

Result<Params> parse(const OpView& v) {
  switch (v.options<fb::MirrorPadOptions>().mode()) {
    case fb::MirrorPadMode_REFLECT:
      return Params{1};
    case fb::MirrorPadMode_SYMMETRIC:
      return Params{0};
  }
  return Error(Code::unsupported, "unknown mode");
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_padding(n, 2));
  TRY(same_quantization(n.in(0), n.out(0)));
  if (!n.known(1)) return n.defer();
  TRY_SET(const Shape shape, padded_shape(n));
  TRY_SET(const Ints pads, read_ints(n, 1));
  const Shape& in = n.in(0).shape;
  for (int i = 0; i < in.rank(); ++i)
    for (const int64_t amount : {pads[2 * i], pads[2 * i + 1]})
      if (amount > std::max(0, in[i] - p.edge))
        return value_error(n, 1,
                           cat("padding ", amount, " of dimension ", i, " is more than the ",
                               std::max(0, in[i] - p.edge), " elements there to mirror"));
  return n.set_shape(n.out(0), shape);
}

/// Place in the input that output place `i` of a dimension shows.
int64_t mirror(const Padding::Dim& d, int64_t i, int edge) {
  i -= d.before;
  if (i < 0) return -i - 1 + edge;
  return i < d.size ? i : 2 * d.size - 1 - edge - i;
}

Status run(const Params& params, Run& n) {
  TRY_SET(const Padding p, padding(n));
  const int64_t size = element_size(n.in(0).type);
  const Padding::Dim last = p.dims[size_t(p.rank - 1)];
  const int64_t step = p.inner * size;
  const int64_t row = last.total() * step;
  const std::byte* input = n.in(0).data;
  std::byte* output = n.out(0).data;
  if (row == 0) return ok();
  const auto fill_rows = [&](size_t begin, size_t end) {
    for (auto r = int64_t(begin); r < int64_t(end); ++r) {
      int64_t rest = r, source = 0, pace = 1;
      for (int i = p.rank - 2; i >= 0; --i) {
        const Padding::Dim& d = p.dims[size_t(i)];
        source += mirror(d, rest % d.total(), params.edge) * pace;
        rest /= d.total();
        pace *= d.size;
      }
      const std::byte* from = input + source * last.size * step;
      std::byte* to = output + r * row;
      for (int64_t i = 0; i < last.before; ++i)
        std::memcpy(to + i * step, from + mirror(last, i, params.edge) * step, size_t(step));
      std::memcpy(to + last.before * step, from, size_t(last.size * step));
      for (int64_t i = last.before + last.size; i < last.total(); ++i)
        std::memcpy(to + i * step, from + mirror(last, i, params.edge) * step, size_t(step));
    }
  };
  n.pool().parallel_for(size_t(p.rows()), size_t(std::max<int64_t>(1, 65536 / row)), fill_rows);
  return ok();
}

}  // namespace

extern constinit const OpDef mirror_pad = define_mover<Params, parse, infer, run>(
    {.name = "MIRROR_PAD", .code = 100, .versions = {1, 3}}, kFixedSize);

}  // namespace samara::ops
