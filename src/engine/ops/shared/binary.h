// Operators on two tensors, element by element with broadcasting: everything that they share, so
// that each one is a functor and its table of types.
#pragma once

#include <array>

#include "engine/graph/op.h"
#include "engine/ops/shared/broadcast.h"

namespace samara::ops {

/// Two inputs of one type, one output of that type, in the shape they have together.
inline Status infer_binary_shape(Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.same_type(n.in(0), n.in(1)));
  const std::array<Shape, 2> shapes{n.in(0).shape, n.in(1).shape};
  TRY_SET(const Shape shape, broadcast_shape(shapes));
  return n.set_shape(n.out(0), shape);
}
inline Status infer_binary(const NoParams&, Infer& n) {
  TRY(infer_binary_shape(n));
  return n.same_type(n.in(0), n.out(0));
}

/// Calls f(a, step of a, b, step of b, out, count) for runs of elements that cover the output; a
/// step is 1, or 0 where a value is repeated.
template <class A, class B, class C, class F>
void binary_rows(Run& n, const F& f) {
  const A* a = n.in_data<A>(0);
  const B* b = n.in_data<B>(1);
  C* c = n.out_data<C>(0);
  const std::array<const Shape*, 2> shapes{&n.in(0).shape, &n.in(1).shape};
  Broadcast(n.out(0).shape, shapes).for_rows(n.pool(), [=, &f](const Broadcast::Row& row) {
    f(a + row.in[0], size_t(row.step[0]), b + row.in[1], size_t(row.step[1]), c + row.out,
      size_t(row.count));
  });
}

/// out = f(in 0, in 1) for every element.
template <class A, class B, class C, class F>
void binary(Run& n, const F& f) {
  const auto row = [&f](const A* x, size_t x_step, const B* y, size_t y_step, C* z, size_t count) {
    // A copy, which no store to z can change; three loops, since only a step that the compiler
    // knows lets it vectorise.
    const auto function = f;
    if (x_step == y_step) {
      for (size_t i = 0; i < count; ++i) z[i] = function(x[i], y[i]);
    } else if (x_step != 0) {
      const B s = *y;
      for (size_t i = 0; i < count; ++i) z[i] = function(x[i], s);
    } else {
      const A s = *x;
      for (size_t i = 0; i < count; ++i) z[i] = function(s, y[i]);
    }
  };
  binary_rows<A, B, C>(n, row);
}

/// The kernel of an operator that is one function of two values of type T: F{}(T, T) -> T.
template <class T, class F>
Status run_binary(const NoParams&, Run& n) {
  binary<T, T, T>(n, F{});
  return ok();
}
template <class T, class F>
constexpr auto binary_kernel = bind<NoParams, run_binary<T, F>>;

}  // namespace samara::ops
