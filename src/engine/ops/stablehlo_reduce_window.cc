// STABLEHLO_REDUCE_WINDOW: windows of tensors, which are reduced together by the function in a
// subgraph, beginning with the initial values, which follow the tensors. Builtin 198.
// Rules from: LiteRT tflite/kernels/stablehlo_reduce_window.cc, for several tensors and other
// functions than its own from the StableHLO specification (reduce_window).
#include "engine/ops/shared/window_reduction.h"

namespace samara::ops {
namespace {

struct Params {
  Ints size, stride, base_dilation, dilation, padding;
  int body = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloReduceWindowOptions>();
  Params p;
  TRY_SET(p.size, option_ints(o.window_dimensions(), "window_dimensions"));
  TRY_SET(p.stride, option_ints(o.window_strides(), "window_strides"));
  TRY_SET(p.base_dilation, option_ints(o.base_dilations(), "base_dilations"));
  TRY_SET(p.dilation, option_ints(o.window_dilations(), "window_dilations"));
  TRY_SET(p.padding, option_ints(o.padding(), "padding"));
  p.body = o.body_subgraph_index();
  return p;
}

/// What is left out of the options is 1, and no padding.
Result<Windows> windows(const Params& p, int rank) {
  TRY(check_sizes(p.size, "window_dimensions", rank, 1));
  if (p.stride.size > 0) TRY(check_sizes(p.stride, "window_strides", rank, 1));
  if (p.base_dilation.size > 0) TRY(check_sizes(p.base_dilation, "base_dilations", rank, 1));
  if (p.dilation.size > 0) TRY(check_sizes(p.dilation, "window_dilations", rank, 1));
  if (p.padding.size > 0 && p.padding.size != 2 * rank)
    return Error(Code::invalid_model,
                 cat("padding has ", p.padding.size, " entries for rank ", rank));
  for (const int64_t v : p.padding.span())
    if (!narrow<int32_t>(v)) return Error(Code::invalid_model, cat("padding ", v, " is too large"));
  Windows w;
  for (int i = 0; i < rank; ++i)
    w[size_t(i)] = {p.size[i],
                    p.stride.size > 0 ? p.stride[i] : 1,
                    p.dilation.size > 0 ? p.dilation[i] : 1,
                    p.base_dilation.size > 0 ? p.base_dilation[i] : 1,
                    p.padding[2 * i],
                    p.padding[2 * i + 1]};
  return w;
}

Status infer(const Params& p, Infer& n) {
  TRY_SET(const int count, check_reductions(n));
  TRY_SET(const Windows w, windows(p, n.in(0).shape.rank()));
  TRY(infer_function(n, p.body, "the body", count));
  TRY_SET(const Shape counts, window_counts(n.in(0).shape, w));
  for (int i = 0; i < count; ++i) TRY(n.set_shape(n.out(i), counts));
  return ok();
}

struct Kernel {
  template <class T>
  static Status run(const Params& p, Run& n) {
    TRY_SET(const Windows w, windows(p, n.in(0).shape.rank()));
    const Shape& counts = n.out(0).shape;
    const auto known = known_function(n, p.body, n.outputs());
    if (!known) return reduce_windows_by_calls(n, w, counts, p.body, n.outputs());
    reduce_windows<T>(n, w, counts, *known);
    return ok();
  }
};

}  // namespace

extern constinit const OpDef stablehlo_reduce_window = define_typed<Params, parse, infer, Kernel>(
    {.name = "STABLEHLO_REDUCE_WINDOW", .code = 198}, kNumbers + kBools);

}  // namespace samara::ops
