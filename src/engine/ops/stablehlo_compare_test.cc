#include <limits>

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_compare_test {

Options comparing(fb::StablehloComparisonDirection d, bool total_order = false) {
  return options<fb::StablehloCompareOptionsT>([=](auto& o) {
    o.comparison_direction = d;
    if (total_order)
      o.compare_type = fb::StablehloComparisonType_STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER;
  });
}
constexpr auto kEq = fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_EQ;
constexpr auto kNe = fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_NE;
constexpr auto kGe = fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_GE;
constexpr auto kGt = fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_GT;
constexpr auto kLe = fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_LE;
constexpr auto kLt = fb::StablehloComparisonDirection_STABLEHLO_COMPARISON_DIRECTION_LT;

void expect(const Options& o, const Literal& a, const Literal& b, std::vector<uint8_t> out) {
  OpCase c{.op = "STABLEHLO_COMPARE", .options = o};
  c.in(a).in(b).out(boolean({int(out.size())}, out));
  run_everywhere(c);
}

OP_TEST(stablehlo_compare, compares_every_type) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    const Literal a = of(type, {3}, {1, 2, 3}), b = of(type, {3}, {3, 2, 1});
    expect(comparing(kEq), a, b, {0, 1, 0});
    expect(comparing(kNe), a, b, {1, 0, 1});
    expect(comparing(kGe), a, b, {0, 1, 1});
    expect(comparing(kGt), a, b, {0, 0, 1});
    expect(comparing(kLe), a, b, {1, 1, 0});
    expect(comparing(kLt), a, b, {1, 0, 0});
  }
  expect(comparing(kLt), boolean({2}, {0, 1}), boolean({2}, {1, 1}), {1, 0});
  expect(comparing(kLt), of(Type::u64, {1}, {-1}), of(Type::u64, {1}, {1}), {0});
}
OP_TEST(stablehlo_compare, a_nan_is_unequal_but_has_its_place_in_total_order) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const Type type : kFloatTypes) {
    SCOPED_TRACE(std::string(name(type)));
    const Literal a = of(type, {4}, {kNan, -kNan, -0.0, 1}), b = of(type, {4}, {kNan, 1, 0, kNan});
    expect(comparing(kEq), a, b, {0, 0, 1, 0});
    expect(comparing(kLt), a, b, {0, 0, 0, 0});
    expect(comparing(kEq, true), a, b, {1, 0, 0, 0});
    expect(comparing(kLt, true), a, b, {0, 1, 1, 1});
  }
}
OP_TEST(stablehlo_compare, refuses_what_does_not_fit) {
  OpCase shape{.op = "STABLEHLO_COMPARE", .options = comparing(kEq)};
  shape.in(f32({2})).in(f32({1})).out(boolean({2}));
  expect_error(shape, Code::invalid_model, "they must be equal");
  OpCase out{.op = "STABLEHLO_COMPARE", .options = comparing(kEq)};
  out.in(f32({2})).in(f32({2})).out(f32({2}));
  expect_error(out, Code::unsupported, "it may be bool");
  OpCase direction{.op = "STABLEHLO_COMPARE",
                   .options = comparing(fb::StablehloComparisonDirection(77))};
  direction.in(f32({2})).in(f32({2})).out(boolean({2}));
  expect_error(direction, Code::unsupported, "comparison_direction 77 is not known");
}

}  // namespace samara::testing::stablehlo_compare_test
