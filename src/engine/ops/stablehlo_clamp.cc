// STABLEHLO_CLAMP: in 1, not below in 0 and not above in 2, each of which is of the same shape or one
// value. Builtin 168. LiteRT has no kernel; rules from the StableHLO specification (clamp).
#include <array>

#include "engine/ops/shared/broadcast.h"
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 1));
  const Shape& shape = n.in(1).shape;
  for (const int i : {0, 2}) {
    TRY(n.same_type(n.in(i), n.in(1)));
    if (n.in(i).shape.rank() != 0 && n.in(i).shape != shape)
      return Error(Code::invalid_model, cat("a bound of shape ", n.in(i).shape.text(),
                                            " does not fit values of shape ", shape.text()));
  }
  TRY(n.same_type(n.in(1), n.out(0)));
  return n.set_shape(n.out(0), shape);
}

struct Kernel {
  template <class T>
  static Status run(const NoParams&, Run& n) {
    using V = Value<T>;
    const T *low = n.in_data<T>(0), *in = n.in_data<T>(1), *high = n.in_data<T>(2);
    T* out = n.out_data<T>(0);
    const std::array<const Shape*, 3> shapes{&n.in(0).shape, &n.in(1).shape, &n.in(2).shape};
    Broadcast(n.out(0).shape, shapes).for_rows(n.pool(), [=](const Broadcast::Row& row) {
      const T *a = low + row.in[0], *x = in + row.in[1], *b = high + row.in[2];
      for (int64_t i = 0; i < row.count; ++i) {
        const V raised = Maximum{}(V(x[i * row.step[1]]), V(a[i * row.step[0]]));
        out[row.out + i] = T(Minimum{}(raised, V(b[i * row.step[2]])));
      }
    });
    return ok();
  }
};

}  // namespace

extern constinit const OpDef stablehlo_clamp = define_typed<NoParams, parse_none, infer, Kernel>(
    {.name = "STABLEHLO_CLAMP", .code = 168, .in_place = 0b010}, kNumbers);

}  // namespace samara::ops
