#include "testing/op_test.h"

namespace samara::testing::concatenation_test {

OpCase concat(int axis, fb::ActivationFunctionType activation = fb::ActivationFunctionType_NONE) {
  return {.op = "CONCATENATION", .options = options<fb::ConcatenationOptionsT>([&](auto& o) {
                                   o.axis = axis;
                                   o.fused_activation_function = activation;
                                 })};
}

OP_TEST(concatenation, along_each_axis) {
  const Literal a = f32({1, 2, 1}, {1, 2}), b = f32({1, 2, 1}, {3, 4});
  const struct {
    int axis;
    Literal out;
  } cases[] = {{0, f32({2, 2, 1}, {1, 2, 3, 4})},
               {1, f32({1, 4, 1}, {1, 2, 3, 4})},
               {-1, f32({1, 2, 2}, {1, 3, 2, 4})}};
  for (const auto& [axis, out] : cases) {
    OpCase c = concat(axis);
    c.in(a).constant(b).out(out);
    run_everywhere(c);
  }
}

OP_TEST(concatenation, parts_of_different_lengths_and_every_type) {
  OpCase c = concat(1);
  c.in(i32({2, 1}, {1, 2})).in(i32({2, 0})).in(i32({2, 2}, {3, 4, 5, 6}));
  c.out(i32({2, 3}, {1, 3, 4, 2, 5, 6}));
  run_everywhere(c);
  OpCase bytes = concat(0);
  bytes.in(i8({1}, {1}).q(0.5f, 3)).in(i8({2}, {2, 3}).q(0.5f, 3));
  bytes.out(i8({3}, {1, 2, 3}).q(0.5f, 3));
  run_everywhere(bytes);
  OpCase longs = concat(0);
  longs.in(i64({1}, {1})).in(i64({1}, {-1})).out(i64({2}, {1, -1}));
  run_everywhere(longs);
  OpCase bools = concat(0);
  bools.in(boolean({1}, {1})).in(boolean({1}, {0})).out(boolean({2}, {1, 0}));
  run_everywhere(bools);
  OpCase shorts = concat(0);
  shorts.in(i16({1}, {7}).q(0.5f)).out(i16({1}, {7}).q(0.5f));
  run_everywhere(shorts);
}

OP_TEST(concatenation, requantises_uint8) {
  // 0.1 * (q - 10) at scale 0.05 and zero point 20: 2 * q, half steps away from zero.
  OpCase c = concat(0);
  c.in(u8({3}, {0, 10, 200}).q(0.1f, 10)).in(u8({1}, {77}).q(0.05f, 20));
  c.out(u8({4}, {0, 20, 255, 77}).q(0.05f, 20));
  run_everywhere(c);
  OpCase halves = concat(0);
  halves.in(u8({5}, {0, 1, 2, 3, 4}).q(0.5f, 0)).out(u8({5}, {0, 1, 1, 2, 2}).q(1.0f, 0));
  run_everywhere(halves);
}

OP_TEST(concatenation, refuses_shapes_that_do_not_fit) {
  OpCase c = concat(0);
  c.in(f32({1, 2})).in(f32({1, 3})).out(f32({2, 2}));
  expect_error(c, Code::invalid_model, "does not fit [1, 2] along axis 0");
  OpCase rank = concat(0);
  rank.in(f32({1, 2})).in(f32({2})).out(f32({2, 2}));
  expect_error(rank, Code::invalid_model, "must have rank 2");
}

OP_TEST(concatenation, refuses_axes_types_and_quantization_that_differ) {
  OpCase axis = concat(2);
  axis.in(f32({1, 2})).out(f32({1, 2}));
  expect_error(axis, Code::invalid_model, "axis 2 is out of range");
  OpCase type = concat(0);
  type.in(f32({1})).in(i32({1})).out(f32({2}));
  expect_error(type, Code::invalid_model, "same type");
  OpCase scale = concat(0);
  scale.in(i8({1}).q(0.5f)).in(i8({1}).q(0.25f)).out(i8({2}).q(0.5f));
  expect_error(scale, Code::invalid_model, "they must be equal");
  OpCase zero = concat(0);
  zero.in(i16({1}).q(0.5f, 1)).out(i16({1}).q(0.5f));
  expect_error(zero, Code::invalid_model, "zero point");
}

OP_TEST(concatenation, refuses_a_fused_activation_and_a_missing_input) {
  OpCase c = concat(0, fb::ActivationFunctionType_RELU);
  c.in(f32({1})).out(f32({1}));
  expect_error(c, Code::unsupported, "fused activation");
  OpCase missing = concat(0);
  missing.in(f32({1})).no_input().out(f32({1}));
  expect_error(missing, Code::invalid_model, "input 1 is missing");
}

OP_TEST(concatenation, refuses_a_length_beyond_32_bits) {
  OpCase c = concat(0);
  c.in(u8({2147483647, 0})).in(u8({1, 0})).out(u8({1, 0}));
  c.never_all_constant = true;
  const char* const why =
      sizeof(size_t) == 4 ? "has shape [2147483647, 0]" : "dimension 0 would be 2147483648";
  expect_error(c, Code::resource_exhausted, why);
}

OP_TEST(concatenation, takes_parts_of_bytes) {
  for (const Type type : {Type::i4, Type::u4}) {
    OpCase c = concat(1);
    c.in(raw(type, {2, 1}, {0xf1})).in(raw(type, {2, 2}, {0x32, 0x54}));
    c.out(raw(type, {2, 3}, {0x21, 0xf3, 0x54}));
    run_everywhere(c);
  }
  OpCase odd = concat(0);
  odd.in(raw(Type::i2, {2}, {0x0d})).in(raw(Type::i2, {1}, {0x02})).out(raw(Type::i2, {3}, {0x2d}));
  run_everywhere(odd);
}

}  // namespace samara::testing::concatenation_test
