// STABLEHLO_COMPARE: whether in 0 stands in a relation to in 1, element by element. Builtin 191. LiteRT
// has no kernel; rules from the StableHLO specification (compare): in total order -0 is below 0, and NaNs
// are beyond the infinities on the side of their sign.
#include <bit>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

using Direction = fb::StablehloComparisonDirection;

struct Params {
  Direction direction = fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_EQ;
  bool total_order = false;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloCompareOptions>();
  const auto direction = o.comparison_direction();
  if (direction > fb::StablehloComparisonDirection_MAX)
    return Error(Code::unsupported, cat("comparison_direction ", int(direction), " is not known"));
  return Params{
      direction,
      o.compare_type() == fb::StablehloComparisonType_STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER};
}

Status infer(const Params&, Infer& n) {
  TRY(infer_equal_shapes(n));
  return n.has_type(n.out(0), {Type::boolean});
}

/// Integers that are ordered as the floats are in total order.
template <class T>
auto ordered(T x) {
  using Int = std::conditional_t<sizeof(T) == 8, int64_t,
                                 std::conditional_t<sizeof(T) == 4, int32_t, int16_t>>;
  const Int bits = std::bit_cast<Int>(x);
  return bits < 0 ? Int(bits ^ std::numeric_limits<Int>::max()) : bits;
}

template <class T, class F>
void compare(Run& n, bool total_order, const F& f) {
  if constexpr (kIsHalf<T> || std::is_floating_point_v<T>) {
    if (total_order)
      return binary<T, T, Bool>(n, [f](T a, T b) { return Bool(f(ordered(a), ordered(b))); });
  }
  binary<T, T, Bool>(n, [f](T a, T b) { return Bool(f(Value<T>(a), Value<T>(b))); });
}

struct Kernel {
  template <class T>
  static Status run(const Params& p, Run& n) {
    switch (p.direction) {
      case fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_EQ:
        compare<T>(n, p.total_order, [](auto a, auto b) { return a == b; });
        break;
      case fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_NE:
        compare<T>(n, p.total_order, [](auto a, auto b) { return a != b; });
        break;
      case fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_GE:
        compare<T>(n, p.total_order, [](auto a, auto b) { return a >= b; });
        break;
      case fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_GT:
        compare<T>(n, p.total_order, [](auto a, auto b) { return a > b; });
        break;
      case fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_LE:
        compare<T>(n, p.total_order, [](auto a, auto b) { return a <= b; });
        break;
      case fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_LT:
        compare<T>(n, p.total_order, [](auto a, auto b) { return a < b; });
        break;
    }
    return ok();
  }
};

}  // namespace

extern constinit const OpDef stablehlo_compare = define_typed<Params, parse, infer, Kernel>(
    {.name = "STABLEHLO_COMPARE", .code = 191}, kNumbers + kBools);

}  // namespace samara::ops
