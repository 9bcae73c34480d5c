// Functions of two values that STABLEHLO operators apply, element by element or as the body of a
// reduction.
// Rules from: LiteRT tflite/kernels/stablehlo_elementwise.h, stablehlo_reduce_window.cc; integers
// wrap, a sum of bools is their "or", a product their "and".
#pragma once

#include <optional>
#include <type_traits>

#include "engine/ops/shared/typed.h"

namespace samara::ops {

/// f(a, b) of integers in unsigned arithmetic, where overflow wraps.
template <class V, class F>
V wrapped(V a, V b, const F& f) {
  if constexpr (std::is_integral_v<V>) {
    using U = std::conditional_t<sizeof(V) == 8, uint64_t, uint32_t>;
    return V(f(U(a), U(b)));
  } else {
    return f(a, b);
  }
}

struct Add {
  bool operator()(bool a, bool b) const { return a || b; }
  template <class V>
  V operator()(V a, V b) const {
    return wrapped(a, b, [](auto x, auto y) { return x + y; });
  }
};
struct Subtract {
  template <class V>
  V operator()(V a, V b) const {
    return wrapped(a, b, [](auto x, auto y) { return x - y; });
  }
};
struct Multiply {
  bool operator()(bool a, bool b) const { return a && b; }
  template <class V>
  V operator()(V a, V b) const {
    return wrapped(a, b, [](auto x, auto y) { return x * y; });
  }
};
// Of a NaN and a number the first operand stays.
struct Maximum {
  template <class V>
  V operator()(V a, V b) const {
    return a < b ? b : a;
  }
};
struct Minimum {
  template <class V>
  V operator()(V a, V b) const {
    return b < a ? b : a;
  }
};
// And here the second.
struct LaterMaximum {
  template <class V>
  V operator()(V a, V b) const {
    return a >= b ? a : b;
  }
};
struct LaterMinimum {
  template <class V>
  V operator()(V a, V b) const {
    return a <= b ? a : b;
  }
};
struct And {
  template <class V>
  V operator()(V a, V b) const {
    return V(a & b);
  }
};
struct Or {
  template <class V>
  V operator()(V a, V b) const {
    return V(a | b);
  }
};
struct All {
  template <class V>
  V operator()(V a, V b) const {
    return V(a != V(0) && b != V(0));
  }
};
struct Any {
  template <class V>
  V operator()(V a, V b) const {
    return V(a != V(0) || b != V(0));
  }
};
/// A body, found in a subgraph.
enum class Reducer : uint8_t { second, add, multiply, maximum, minimum, all, any, bit_and, bit_or };

/// What the subgraph computes of its two inputs of type `type`: one of the functions above by one
/// operator, TFLite's or STABLEHLO's; `second` where it just returns the second; nothing where it is
/// another. `role` names it in errors: "the body". Errors: invalid_model.
Result<std::optional<Reducer>> read_reducer(const Operands& n, int subgraph, const char* role,
                                            Type type);

/// The reducer's function of elements of type T; those of NaN as `Max` and `Min` have it. Types that
/// read_reducer() refuses have none.
template <class T, class Max, class Min>
T (*combiner(Reducer r))(T, T) {
  using V = Value<T>;
  switch (r) {
    case Reducer::add:
      return [](T a, T b) { return T(Add{}(V(a), V(b))); };
    case Reducer::multiply:
      return [](T a, T b) { return T(Multiply{}(V(a), V(b))); };
    case Reducer::maximum:
      return [](T a, T b) { return T(Max{}(V(a), V(b))); };
    case Reducer::minimum:
      return [](T a, T b) { return T(Min{}(V(a), V(b))); };
    case Reducer::all:
      return [](T a, T b) { return T(All{}(V(a), V(b))); };
    case Reducer::any:
      return [](T a, T b) { return T(Any{}(V(a), V(b))); };
    default:
      break;
  }
  if constexpr (std::is_integral_v<V>) {
    if (r == Reducer::bit_and) return [](T a, T b) { return T(And{}(V(a), V(b))); };
    if (r == Reducer::bit_or) return [](T a, T b) { return T(Or{}(V(a), V(b))); };
  }
  return [](T, T b) { return b; };
}

}  // namespace samara::ops
