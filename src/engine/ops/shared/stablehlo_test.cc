// STABLEHLO operators that are one function, element by element. Expected values follow from the
// functions' definitions; tests/conformance/operators compares with LiteRT.
#include <cmath>
#include <functional>
#include <limits>

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_test {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// out = op(a, b) for every one of the types.
void expect_binary(const std::string& op, const std::vector<Type>& types,
                   const std::vector<double>& a, const std::vector<double>& b,
                   const std::vector<double>& out) {
  const Literal::Dims shape{int(out.size())};
  for (const Type type : types) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = op, .tolerance = tolerance_of(type)};
    c.in(of(type, shape, a)).constant(of(type, shape, b)).out(of(type, shape, out));
    run_everywhere(c);
  }
}
void expect_unary(const std::string& op, const std::vector<Type>& types,
                  const std::vector<double>& in, const std::vector<double>& out) {
  const Literal::Dims shape{int(out.size()), 1};
  for (const Type type : types) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = op, .tolerance = tolerance_of(type)};
    c.in(of(type, shape, in)).out(of(type, shape, out));
    run_everywhere(c);
  }
}
/// The same, where the values are given as a function of double.
void expect_function(const std::string& op, const std::vector<double>& in,
                     const std::function<double(double)>& f) {
  std::vector<double> out;
  for (const double x : in) out.push_back(f(x));
  expect_unary(op, kFloatTypes, in, out);
}

const std::vector<Type> kSigned{Type::f32, Type::f16, Type::bf16, Type::f64,
                                Type::i8,  Type::i16, Type::i32,  Type::i64};

OP_TEST(stablehlo_add, adds_every_type) {
  expect_binary("STABLEHLO_ADD", kNumberTypes, {1, 2, 30}, {4, 0, 12}, {5, 2, 42});
  expect_binary("STABLEHLO_ADD", {Type::boolean}, {0, 1, 0, 1}, {0, 0, 1, 1}, {0, 1, 1, 1});
}
OP_TEST(stablehlo_add, wraps) {
  expect_binary("STABLEHLO_ADD", {Type::i8, Type::u8}, {127, 255}, {1, 1}, {128, 0});
  expect_binary("STABLEHLO_ADD", {Type::i32}, {2147483647}, {1}, {-2147483648.0});
}
OP_TEST(stablehlo_add, refuses_to_broadcast_and_to_mix) {
  OpCase c{.op = "STABLEHLO_ADD"};
  c.in(f32({2})).in(f32({1})).out(f32({2}));
  expect_error(c, Code::invalid_model, "the inputs have shapes [2] and [1]");
  OpCase types{.op = "STABLEHLO_ADD"};
  types.in(f32({2})).in(i32({2})).out(f32({2}));
  expect_error(types, Code::invalid_model, "they must have the same type");
  OpCase one{.op = "STABLEHLO_ADD"};
  one.in(f32({2})).out(f32({2}));
  expect_error(one, Code::invalid_model, "takes 2 inputs, has 1");
}

OP_TEST(stablehlo_subtract, subtracts_every_type) {
  expect_binary("STABLEHLO_SUBTRACT", kNumberTypes, {5, 2, 42}, {4, 0, 12}, {1, 2, 30});
  expect_binary("STABLEHLO_SUBTRACT", {Type::u16}, {0}, {1}, {65535});
}
OP_TEST(stablehlo_subtract, refuses_bool) {
  OpCase c{.op = "STABLEHLO_SUBTRACT"};
  c.in(boolean({2})).in(boolean({2})).out(boolean({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(stablehlo_multiply, multiplies_every_type) {
  expect_binary("STABLEHLO_MULTIPLY", kNumberTypes, {5, 2, 9}, {4, 0, 3}, {20, 0, 27});
  expect_binary("STABLEHLO_MULTIPLY", {Type::boolean}, {0, 1, 0, 1}, {0, 0, 1, 1}, {0, 0, 0, 1});
  expect_binary("STABLEHLO_MULTIPLY", {Type::u16}, {65535}, {65535}, {1});
}
OP_TEST(stablehlo_multiply, refuses_other_shapes) {
  OpCase c{.op = "STABLEHLO_MULTIPLY"};
  c.in(f32({2, 1})).in(f32({2})).out(f32({2}));
  expect_error(c, Code::invalid_model, "they must be equal");
}

OP_TEST(stablehlo_maximum, keeps_the_greater) {
  expect_binary("STABLEHLO_MAXIMUM", kNumberTypes, {5, 2, 9}, {4, 3, 9}, {5, 3, 9});
  expect_binary("STABLEHLO_MAXIMUM", kSigned, {-5, -2}, {4, -3}, {4, -2});
  expect_binary("STABLEHLO_MAXIMUM", {Type::boolean}, {0, 1}, {0, 0}, {0, 1});
  expect_binary("STABLEHLO_MAXIMUM", {Type::f32}, {kNan, 1}, {2, kNan}, {kNan, 1});
}
OP_TEST(stablehlo_maximum, refuses_complex) {
  OpCase c{.op = "STABLEHLO_MAXIMUM"};
  c.in(c64({2})).in(c64({2})).out(c64({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(stablehlo_minimum, keeps_the_lesser) {
  expect_binary("STABLEHLO_MINIMUM", kNumberTypes, {5, 2, 9}, {4, 3, 9}, {4, 2, 9});
  expect_binary("STABLEHLO_MINIMUM", {Type::boolean}, {1, 1}, {1, 0}, {1, 0});
  expect_binary("STABLEHLO_MINIMUM", {Type::f32}, {kNan, 1}, {2, kNan}, {kNan, 1});
}
OP_TEST(stablehlo_minimum, refuses_a_wrong_output_type) {
  OpCase c{.op = "STABLEHLO_MINIMUM"};
  c.in(f32({2})).in(f32({2})).out(i32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(stablehlo_and, takes_bits_and_bools) {
  expect_binary("STABLEHLO_AND", kIntegerTypes, {6, 5, 127}, {3, 2, 64}, {2, 0, 64});
  expect_binary("STABLEHLO_AND", {Type::boolean}, {0, 1, 0, 1}, {0, 0, 1, 1}, {0, 0, 0, 1});
}
OP_TEST(stablehlo_and, refuses_floats) {
  OpCase c{.op = "STABLEHLO_AND"};
  c.in(f32({2})).in(f32({2})).out(f32({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(stablehlo_or, takes_bits_and_bools) {
  expect_binary("STABLEHLO_OR", kIntegerTypes, {6, 5, 0}, {3, 2, 64}, {7, 7, 64});
  expect_binary("STABLEHLO_OR", {Type::boolean}, {0, 1, 0, 1}, {0, 0, 1, 1}, {0, 1, 1, 1});
}
OP_TEST(stablehlo_or, refuses_floats) {
  OpCase c{.op = "STABLEHLO_OR"};
  c.in(f32({2})).in(f32({2})).out(f32({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(stablehlo_shift_left, moves_bits) {
  expect_binary("STABLEHLO_SHIFT_LEFT", kIntegerTypes, {1, 3, 0}, {0, 4, 7}, {1, 48, 0});
  expect_binary("STABLEHLO_SHIFT_LEFT", {Type::i8}, {-1, 65}, {2, 1}, {-4, -126});
}
OP_TEST(stablehlo_shift_left, moves_all_bits_out) {
  expect_binary("STABLEHLO_SHIFT_LEFT", {Type::i8, Type::i16, Type::i32, Type::i64}, {1, 5, -1},
                {64, 100, -1}, {0, 0, 0});
}
OP_TEST(stablehlo_shift_left, refuses_bool) {
  OpCase c{.op = "STABLEHLO_SHIFT_LEFT"};
  c.in(boolean({2})).in(boolean({2})).out(boolean({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(stablehlo_divide, cuts_toward_zero) {
  expect_binary("STABLEHLO_DIVIDE", kIntegerTypes, {7, 8, 0}, {2, 3, 5}, {3, 2, 0});
  expect_binary("STABLEHLO_DIVIDE", {Type::i8, Type::i16, Type::i32, Type::i64}, {-7, 7, -7},
                {2, -2, -1}, {-3, -3, 7});
  expect_binary("STABLEHLO_DIVIDE", kFloatTypes, {7, -8, 1}, {2, 4, -8}, {3.5, -2, -0.125});
}
OP_TEST(stablehlo_divide, wraps_the_one_overflow) {
  expect_binary("STABLEHLO_DIVIDE", {Type::i8}, {-128}, {-1}, {-128});
  expect_binary("STABLEHLO_DIVIDE", {Type::i32}, {-2147483648.0}, {-1}, {-2147483648.0});
}
OP_TEST(stablehlo_divide, refuses_zero_as_an_integer_divisor) {
  for (const Type type : kIntegerTypes) {
    OpCase c{.op = "STABLEHLO_DIVIDE"};
    c.in(of(type, {2}, {1, 2})).constant(of(type, {2}, {1, 0})).out(of(type, {2}, {0, 0}));
    expect_error(c, Code::invalid_model, "element 1 of the divisor is 0");
  }
}

OP_TEST(stablehlo_remainder, has_the_sign_of_the_dividend) {
  expect_binary("STABLEHLO_REMAINDER", kNumberTypes, {7, 8, 0}, {2, 3, 5}, {1, 2, 0});
  expect_binary("STABLEHLO_REMAINDER", kSigned, {-7, 7, -7}, {2, -2, -1}, {-1, 1, 0});
  expect_binary("STABLEHLO_REMAINDER", {Type::i8}, {-128}, {-1}, {0});
}
OP_TEST(stablehlo_remainder, refuses_zero_as_an_integer_divisor) {
  OpCase c{.op = "STABLEHLO_REMAINDER"};
  c.in(i32({1}, {1})).constant(i32({1}, {0})).out(i32({1}));
  expect_error(c, Code::invalid_model, "element 0 of the divisor is 0");
}

OP_TEST(stablehlo_power, raises_every_type) {
  expect_binary("STABLEHLO_POWER", kNumberTypes, {2, 3, 5}, {5, 3, 0}, {32, 27, 1});
  expect_binary("STABLEHLO_POWER", kFloatTypes, {4, 2}, {0.5, -1}, {2, 0.5});
}
OP_TEST(stablehlo_power, wraps_and_cuts_negative_powers) {
  expect_binary("STABLEHLO_POWER", {Type::i8}, {2, 3}, {8, 5}, {0, -13});
  expect_binary("STABLEHLO_POWER", {Type::i8, Type::i16, Type::i32, Type::i64}, {2, 1, -1, -1, 0},
                {-1, -5, -2, -3, -1}, {0, 1, 1, -1, 0});
}
OP_TEST(stablehlo_power, refuses_other_shapes) {
  OpCase c{.op = "STABLEHLO_POWER"};
  c.in(f32({2})).in(f32({})).out(f32({2}));
  expect_error(c, Code::invalid_model, "they must be equal");
}

OP_TEST(stablehlo_abs, takes_signed_types) {
  expect_unary("STABLEHLO_ABS", kSigned, {-3, 0, 4}, {3, 0, 4});
  expect_unary("STABLEHLO_ABS", {Type::i8}, {-128}, {-128});
}
OP_TEST(stablehlo_abs, refuses_unsigned_types) {
  OpCase c{.op = "STABLEHLO_ABS"};
  c.in(u8({2})).out(u8({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(stablehlo_negate, takes_every_type) {
  expect_unary("STABLEHLO_NEGATE", kNumberTypes, {3, 0, 4}, {-3, 0, -4});
  expect_unary("STABLEHLO_NEGATE", {Type::i8}, {-128}, {-128});
}
OP_TEST(stablehlo_negate, refuses_two_inputs) {
  OpCase c{.op = "STABLEHLO_NEGATE"};
  c.in(f32({2})).in(f32({2})).out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

const std::vector<double> kAnywhere{-2.5, -1, -0.125, 0, 0.5, 3};
const std::vector<double> kPositive{0.125, 0.5, 1, 2.5, 20};

OP_TEST(stablehlo_logistic, is_the_sigmoid) {
  expect_function("STABLEHLO_LOGISTIC", kAnywhere, [](double x) { return 1 / (1 + std::exp(-x)); });
}
OP_TEST(stablehlo_cosine, is_the_cosine) {
  expect_function("STABLEHLO_COSINE", kAnywhere, [](double x) { return std::cos(x); });
}
OP_TEST(stablehlo_exponential, is_the_exponential) {
  expect_function("STABLEHLO_EXPONENTIAL", kAnywhere, [](double x) { return std::exp(x); });
}
OP_TEST(stablehlo_floor, rounds_down) {
  expect_unary("STABLEHLO_FLOOR", kFloatTypes, {-2.5, -1, -0.125, 0.5, 3}, {-3, -1, -1, 0, 3});
}
OP_TEST(stablehlo_log, is_the_logarithm) {
  expect_function("STABLEHLO_LOG", kPositive, [](double x) { return std::log(x); });
  expect_unary("STABLEHLO_LOG", {Type::f32}, {-1}, {kNan});
}
OP_TEST(stablehlo_rsqrt, is_one_by_the_root) {
  expect_function("STABLEHLO_RSQRT", kPositive, [](double x) { return 1 / std::sqrt(x); });
}
OP_TEST(stablehlo_tanh, is_the_hyperbolic_tangent) {
  expect_function("STABLEHLO_TANH", kAnywhere, [](double x) { return std::tanh(x); });
}
OP_TEST(stablehlo_cbrt, is_the_cube_root) {
  expect_unary("STABLEHLO_CBRT", kFloatTypes, {-8, 0, 0.125, 27}, {-2, 0, 0.5, 3});
}
OP_TEST(stablehlo_cbrt, functions_refuse_integers_and_other_output_types) {
  for (const char* op :
       {"STABLEHLO_LOGISTIC", "STABLEHLO_COSINE", "STABLEHLO_EXPONENTIAL", "STABLEHLO_FLOOR",
        "STABLEHLO_LOG", "STABLEHLO_RSQRT", "STABLEHLO_TANH", "STABLEHLO_CBRT"}) {
    SCOPED_TRACE(op);
    OpCase c{.op = op};
    c.in(i32({2})).out(i32({2}));
    expect_error(c, Code::unsupported, "has no kernel");
    OpCase mixed{.op = op};
    mixed.in(f32({2})).out(f64({2}));
    expect_error(mixed, Code::invalid_model, "they must have the same type");
  }
}

}  // namespace samara::testing::stablehlo_test
