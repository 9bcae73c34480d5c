// Operators on one tensor, element by element, output of the same shape.
#pragma once

#include "engine/graph/op.h"
#include "engine/kernels/half/half.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {

/// One input, one output of its shape.
inline Status infer_same_shape(Infer& n) {
  TRY(n.arity(1, 1));
  return n.set_shape(n.out(0), n.in(0).shape);
}
/// And of its type; `P` is the operator's Params.
template <class P = NoParams>
Status infer_unary(const P&, Infer& n) {
  TRY(infer_same_shape(n));
  return n.same_type(n.in(0), n.out(0));
}

/// out = f(in) for every element; `cost` as in for_elements().
template <class A, class B, class F>
void unary(Run& n, const F& f, int64_t cost = 1) {
  const A* in = n.in_data<A>(0);
  B* out = n.out_data<B>(0);
  for_elements(
      n.pool(), n.in(0).shape.elements(),
      [=](int64_t begin, int64_t end) {
        // Copies, which no store to `out` can change: the compiler keeps them in registers.
        const auto function = f;
        const A* const from = in;
        B* const to = out;
        for (int64_t i = begin; i < end; ++i) to[i] = function(from[i]);
      },
      cost);
}

/// The kernel of an operator that is one function of a value, without Params or State.
template <class T, class F>
Status run_unary(const NoParams&, Run& n) {
  unary<T, T>(n, F{}, F::kCost);
  return ok();
}
template <class T, class F>
constexpr auto unary_kernel = bind<NoParams, run_unary<T, F>>;

}  // namespace samara::ops
