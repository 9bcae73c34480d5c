#include "engine/ops/shared/window.h"

#include <algorithm>

namespace samara::ops {

Result<kernels::ConvGeometry> WindowParams::geometry(const Shape& in, int32_t filter_h,
                                                     int32_t filter_w) const {
  if (in[1] < 1 || in[2] < 1 || in[3] < 1)
    return Error(Code::invalid_model, cat("an image of shape ", in.text(), " has no pixels"));
  kernels::ConvGeometry g;
  g.batches = in[0];
  g.y = {.in = in[1], .filter = filter_h, .stride = stride_h, .dilation = dilation_h};
  g.x = {.in = in[2], .filter = filter_w, .stride = stride_w, .dilation = dilation_w};
  g.in_c = in[3];
  TRY(g.resolve(padding));
  return g;
}

const kernels::GemmI8& matrix_kernel(const Operands& n, int input) {
  return *(n.in(input).type == Type::i16 ? kernels::gemm_i16() : kernels::gemm_i8()).kernels;
}

Status check_zero_points(const Infer& n, int input) {
  for (const Tensor* t : {&n.in(input), &n.out(0)})
    if (t->quant.zero_point() != 0)
      return Error(Code::invalid_model,
                   cat("int16 tensor '", t->name, "' has zero point ", t->quant.zero_point()));
  return ok();
}

Status infer_row_quant(Infer& n, int64_t rows, int input) {
  TRY(n.scratch(1, n.in(input).shape.elements()));
  // A row's quantization, and its zero point once more as an array of its own.
  const auto bytes = checked_mul<int64_t>(rows, sizeof(kernels::RowQuant) + sizeof(int32_t));
  if (!bytes) return Error(Code::resource_exhausted, "too many rows to quantize");
  return n.scratch(2, *bytes);
}

RowQuants quantize_rows(Run& n, int64_t rows, RowRule rule, int input) {
  const int64_t count = rows ? n.in(input).shape.elements() / rows : 0;
  const float* in = n.in_data<float>(input);
  auto* values = reinterpret_cast<int8_t*>(n.scratch(1).data());
  auto* quants = reinterpret_cast<kernels::RowQuant*>(n.scratch(2).data());
  auto* zeros = reinterpret_cast<int32_t*>(quants + rows);
  const auto quantize =
      rule == RowRule::asymmetric ? kernels::quantize_asymmetric : kernels::quantize_symmetric;
  const size_t grain = size_t(std::max<int64_t>(1, 16 * 1024 / std::max<int64_t>(1, count)));
  n.pool().parallel_for(size_t(rows), grain, [&](size_t begin, size_t end) {
    const size_t first = begin * size_t(count);
    if (rule == RowRule::even)
      kernels::quantize_rows_even(in + first, end - begin, size_t(count), values + first,
                                  quants + begin);
    for (size_t i = begin; i < end; ++i) {
      const size_t at = i * size_t(count);
      if (rule != RowRule::even) quants[i] = quantize(in + at, size_t(count), values + at);
      zeros[i] = quants[i].zero;
    }
  });
  return {values, quants, zeros};
}

}  // namespace samara::ops
