#include "cli/compare/compare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace samara::cli {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

template <class T>
Recorded recorded(std::string name, Type type, std::vector<int32_t> shape, std::vector<T> values) {
  Recorded r;
  r.name = std::move(name);
  r.type = type;
  r.shape = std::move(shape);
  r.read = number_reader(type);
  r.data.resize(values.size() * sizeof(T));
  std::memcpy(r.data.data(), values.data(), r.data.size());
  return r;
}
Recorded floats(std::string name, std::vector<float> values) {
  return recorded<float>(std::move(name), Type::f32, {int32_t(values.size())}, values);
}

TEST(Compare, measures_errors_by_the_range_of_the_first) {
  const Difference d = difference(floats("x", {0, 1, 2, -2}), floats("x", {0, 1, 2.5f, -2}));
  EXPECT_EQ(d.unequal, 1u);
  EXPECT_EQ(d.max_error, 0.5);
  EXPECT_EQ(d.range, 4);
  EXPECT_EQ(d.relative(), 0.125);
  EXPECT_NEAR(d.snr_db, 10 * std::log10(9 / 0.25), 1e-12);
  EXPECT_EQ(d.worst, 2u);
  EXPECT_EQ(d.worst_a, 2);
  EXPECT_EQ(d.worst_b, 2.5);
  EXPECT_FALSE(d.within(0));
  EXPECT_FALSE(d.within(0.12));
  EXPECT_TRUE(d.within(0.125));
}

TEST(Compare, histogram_counts_every_finite_error_with_its_sign) {
  const Difference d = difference(floats("x", {0, 0, 0, kNaN}), floats("x", {-1, 0, 1, 1}));
  EXPECT_EQ(d.histogram.front(), 1u);
  EXPECT_EQ(d.histogram[Difference::kBins / 2], 1u);
  EXPECT_EQ(d.histogram.back(), 1u);
}

TEST(Compare, nan_and_infinity_differ_from_all_but_themselves) {
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(difference(floats("x", {kNaN, inf}), floats("x", {kNaN, inf})).same());
  EXPECT_TRUE(difference(floats("x", {-0.0f}), floats("x", {0.0f})).same());
  for (const float other : {1.0f, inf, -inf}) {
    const Difference d = difference(floats("x", {kNaN, 1}), floats("x", {other, 1}));
    EXPECT_TRUE(std::isinf(d.max_error));
    EXPECT_FALSE(d.within(1e9));
  }
}

TEST(Compare, tells_64_bit_integers_apart_that_no_double_does) {
  const int64_t big = int64_t{1} << 60;
  const auto a = recorded<int64_t>("x", Type::i64, {2}, {1, big});
  const auto b = recorded<int64_t>("x", Type::i64, {2}, {1, big + 1});
  EXPECT_TRUE(difference(a, a).same());
  EXPECT_EQ(difference(a, b).unequal, 1u);
  EXPECT_EQ(difference(a, b).worst, 1u);
}

TEST(Compare, takes_real_values_where_scales_or_types_differ) {
  auto a = recorded<int8_t>("x", Type::i8, {2, 2}, {0, 10, 20, 30});
  a.quant.scales = {0.5f, 0.25f};
  a.quant.zero_points = {0, 10};
  a.quant.axis = 1;
  const auto b = recorded<float>("x", Type::f32, {2, 2}, {0, 0, 10, 5});
  const Difference d = difference(a, b);
  EXPECT_TRUE(d.real);
  EXPECT_TRUE(d.same());
  EXPECT_FALSE(difference(a, a).real);
  EXPECT_EQ(difference(a, a).range, 30);
}

TEST(Compare, refuses_shapes_and_types_that_do_not_match) {
  const auto a = floats("x", {1, 2});
  EXPECT_NE(difference(a, floats("x", {1})).incomparable.find("[2] and [1]"), std::string::npos);
  const auto c = recorded<float>("x", Type::c64, {2}, {1, 0, 2, 0});
  EXPECT_NE(difference(a, c).incomparable.find("complex64"), std::string::npos);
  EXPECT_FALSE(difference(a, c).within(1));
}

TEST(Compare, matches_by_name_then_by_position) {
  const Recording a{floats("x", {1}), floats("other", {1}), floats("y", {1}), floats("z", {1})};
  const Recording b{floats("y", {1}), floats("name", {1}), floats("x", {1}), floats("w", {1, 2})};
  const auto pairs = match(a, b);
  ASSERT_EQ(pairs.size(), 5u);
  EXPECT_EQ(pairs[0].b, &b[2]);
  EXPECT_EQ(pairs[1].b, &b[1]);  // second with second
  EXPECT_EQ(pairs[2].b, &b[0]);
  EXPECT_EQ(pairs[3].b, nullptr);  // another shape
  EXPECT_EQ(pairs[4].a, nullptr);
  EXPECT_EQ(pairs[4].b, &b[3]);
}

TEST(Compare, matches_tensors_of_one_name_in_their_order) {
  const Recording a{floats("x", {1}), floats("x", {1, 2})};
  const auto pairs = match(a, a);
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0].b, &a[0]);
  EXPECT_EQ(pairs[1].b, &a[1]);
}

TEST(Compare, names_places) {
  const int32_t shape[] = {2, 3, 4};
  EXPECT_EQ(place_of(shape, 23), "[1, 2, 3]");
  EXPECT_EQ(place_of({}, 0), "[]");
}

TEST(Values, reads_every_type) {
  const auto read = [](Type type, std::vector<uint8_t> bytes, size_t i = 0) {
    return number_reader(type)(reinterpret_cast<const std::byte*>(bytes.data()), i);
  };
  EXPECT_EQ(read(Type::f16, {0x00, 0xc0}), -2);
  EXPECT_EQ(read(Type::bf16, {0x80, 0x3f}), 1);
  EXPECT_EQ(read(Type::f8e4m3fn, {0x7e}), 448);
  EXPECT_EQ(read(Type::f8e4m3fn, {0x81}), -0x1p-9);
  EXPECT_TRUE(std::isnan(read(Type::f8e4m3fn, {0x7f})));
  EXPECT_EQ(read(Type::f8e5m2, {0x7b}), 57344);
  EXPECT_EQ(read(Type::i4, {0xf1}, 1), -1);
  EXPECT_EQ(read(Type::u4, {0xf1}, 1), 15);
  EXPECT_EQ(read(Type::i2, {0xe4}, 2), -2);
  EXPECT_EQ(number_reader(Type::string), nullptr);
}

TEST(Values, writes_integers_rounded_and_within_their_range) {
  int8_t value = 0;
  const auto write = [&](double x) {
    number_writer(Type::i8)(reinterpret_cast<std::byte*>(&value), 0, x);
    return int(value);
  };
  EXPECT_EQ(write(1.6), 2);
  EXPECT_EQ(write(1000), 127);
  EXPECT_EQ(write(-1000), -128);
  EXPECT_EQ(write(std::nan("")), 0);
  int64_t wide = 0;
  number_writer(Type::i64)(reinterpret_cast<std::byte*>(&wide), 0, 1e300);
  EXPECT_EQ(wide, INT64_MAX);
}

}  // namespace
}  // namespace samara::cli
