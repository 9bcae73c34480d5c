// STABLEHLO_IOTA: 0, 1, 2 ... along one dimension of the output, whose shape the model gives. Builtin
// 196. LiteRT has no kernel; rules from the StableHLO specification (iota).
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Params {
  int64_t dimension = 0;
};

Result<Params> parse(const OpView& v) {
  return Params{v.options<fb::StablehloIotaOptions>().iota_dimension()};
}

template <class T>
void fill(Run& n, int dimension) {
  const Shape& shape = n.out(0).shape;
  const int64_t inner = shape.range(dimension + 1, shape.rank());
  T* const out = n.out_data<T>(0);
  for_elements(n.pool(), shape.elements(), [=, count = shape[dimension]](int64_t i, int64_t end) {
    for (; i < end; ++i) out[i] = T(Value<T>(i / inner % count));
  });
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(0, 1));
  TRY(n.has_type(n.out(0), {Type::f32, Type::f16, Type::bf16, Type::f64, Type::i8, Type::u8,
                            Type::i16, Type::u16, Type::i32, Type::u32, Type::i64, Type::u64}));
  const Shape shape = n.out(0).shape;
  if (p.dimension < 0 || p.dimension >= shape.rank())
    return Error(Code::invalid_model,
                 cat("iota_dimension ", p.dimension, " is not a dimension of ", shape.text()));
  return n.set_shape(n.out(0), shape);
}

template <class... T>
void fill_any(Run& n, int dimension, TypeList<T...>) {
  ((n.out(0).type == kTypeOf<T> ? fill<T>(n, dimension) : void()), ...);
}

Status run(const Params& p, Run& n) {
  fill_any(n, int(p.dimension), kNumbers);
  return ok();
}

}  // namespace

extern constinit const OpDef stablehlo_iota = define_op<Params, parse, infer>(
    {.name = "STABLEHLO_IOTA", .code = 196}, {{kAny, bind<Params, run>}});

}  // namespace samara::ops
