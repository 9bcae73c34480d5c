// REDUCE_WINDOW: windows of input 0, of the sizes, strides and dilations in inputs 2 to 4, each
// reduced by a function, beginning with input 1. Builtin 205, version 1.
// Rules from: LiteRT tflite/kernels/stablehlo_reduce_window.cc.
#include "engine/ops/shared/window_reduction.h"

namespace samara::ops {
namespace {

struct Params {
  Reducer reducer = Reducer::add;
};

Result<Params> parse(const OpView& v) {
  switch (const auto f = v.options<fb::ReduceWindowOptions>().reduce_function()) {
    case fb::ReduceWindowFunction_ADD:
      return Params{Reducer::add};
    case fb::ReduceWindowFunction_MUL:
      return Params{Reducer::multiply};
    case fb::ReduceWindowFunction_MINIMUM:
      return Params{Reducer::minimum};
    case fb::ReduceWindowFunction_MAXIMUM:
      return Params{Reducer::maximum};
    case fb::ReduceWindowFunction_ALL:
      return Params{Reducer::all};
    case fb::ReduceWindowFunction_ANY:
      return Params{Reducer::any};
    default:
      return Error(Code::unsupported, cat("reduce_function ", int(f), " is not known"));
  }
}

Result<Windows> windows(const Operands& n) {
  TRY_SET(const Ints size, read_ints(n, 2));
  TRY_SET(const Ints stride, read_ints(n, 3));
  TRY_SET(const Ints dilation, read_ints(n, 4));
  Windows w;
  for (int i = 0; i < n.in(0).shape.rank(); ++i) {
    w[size_t(i)] = {.size = size[i], .stride = stride[i], .dilation = dilation[i]};
    for (const int k : {2, 3, 4}) {
      const int64_t v = k == 2 ? size[i] : k == 3 ? stride[i] : dilation[i];
      if (v < 1 || !narrow<int32_t>(v))
        return value_error(n, k, cat(v, " for dimension ", i, " is not from 1 to 2^31 - 1"));
    }
  }
  return w;
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(5, 1));
  TRY(check_reduction(n));
  const int rank = n.in(0).shape.rank();
  for (const int i : {2, 3, 4}) {
    TRY(n.has_type(n.in(i), {Type::i64}));
    if (n.in(i).shape.elements() != rank)
      return Error(Code::invalid_model, cat("input ", i, " '", n.in(i).name, "' has ",
                                            n.in(i).shape.elements(), " values for rank ", rank));
  }
  if (!n.known(2) || !n.known(3) || !n.known(4)) return n.defer();
  TRY_SET(const Windows w, windows(n));
  TRY_SET(const Shape counts, window_counts(n.in(0).shape, w));
  return n.set_shape(n.out(0), counts);
}

struct Kernel {
  template <class T>
  static Status run(const Params& p, Run& n) {
    TRY_SET(const Windows w, windows(n));
    reduce_windows<T>(n, w, n.out(0).shape, p.reducer);
    return ok();
  }
};

}  // namespace

extern constinit const OpDef reduce_window = define_typed<Params, parse, infer, Kernel>(
    {.name = "REDUCE_WINDOW", .code = 205}, kNumbers + kBools);

}  // namespace samara::ops
