// Table: each value replaced by what the table in input 1 holds for it: of 8-bit values one of 256
// entries, of 16-bit ones a point on the line between two of 513. Custom operator, version 1.
// Rules from: LiteRT tflite/kernels/table.cc and internal/common.h (LUTLookup).
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  const Tensor &in = n.in(0), &table = n.in(1);
  TRY(n.has_type(in, {Type::i8, Type::i16}));
  TRY(n.same_type(table, n.out(0)));
  TRY(n.has_rank(table, 1));
  const bool wide = in.type == Type::i16;
  if (wide) TRY(n.same_type(in, table));
  for (const Tensor* t : {&in, &n.out(0)})
    if (wide && t->quant.zero_point() != 0)
      return Error(Code::invalid_model,
                   cat("'", t->name, "' has the zero point ", t->quant.zero_point(), ", not 0"));
  if (table.shape[0] != (wide ? 513 : 256))
    return Error(Code::invalid_model, cat("a table for ", name(in.type), " has ", wide ? 513 : 256,
                                          " entries, not ", table.shape[0]));
  return n.set_shape(n.out(0), in.shape);
}

template <class T>
Status run_i8(const NoParams&, Run& n) {
  const T* const table = n.in_data<T>(1);
  unary<int8_t, T>(n, [table](int8_t x) { return table[128 + x]; });
  return ok();
}

Status run_i16(const NoParams&, Run& n) {
  const int16_t* const table = n.in_data<int16_t>(1);
  unary<int16_t, int16_t>(n, [table](int16_t x) {
    const int16_t* const at = table + 256 + (x >> 7);
    const auto slope = int16_t(at[1] - at[0]);
    return int16_t(at[0] + ((slope * (x & 127) + 64) >> 7));
  });
  return ok();
}

}  // namespace

extern constinit const OpDef table = define_op<NoParams, parse_none, infer>(
    {.name = "Table", .code = 32}, {{{Type::i8, Type::i8}, bind<NoParams, run_i8<int8_t>>},
                                    {{Type::i8, Type::i16}, bind<NoParams, run_i8<int16_t>>},
                                    {{Type::i16, Type::i16}, bind<NoParams, run_i16>}});

}  // namespace samara::ops
