#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::hadamard_rotation_test {

OpCase rotate(int64_t size, Literal in) {
  OpCase c{.op = "aeq.hadamard_rotation", .custom = true};
  c.custom_options = flex([=](auto& b) { b.Int("hadamard_size", size); });
  return std::move(c.in(std::move(in)));
}

OP_TEST(hadamard_rotation, turns_every_block) {
  run_everywhere(rotate(4, f32({1, 8}, {1, 2, 3, 4, 1, 0, 0, 0}))
                     .out(f32({1, 8}, {5, -1, -2, 0, 0.5f, 0.5f, 0.5f, 0.5f})));
  run_everywhere(rotate(1, f32({2, 1}, {3, -4})).out(f32({2, 1}, {3, -4})));
}

OP_TEST(hadamard_rotation, turned_twice_is_as_before) {
  const Literal x = random_f32({3, 256}, 1);
  ModelBuilder m;
  const auto bytes = flex([](auto& b) { b.Int("hadamard_size", 128); });
  const int in = m.input(x), once = m.tensor(x), twice = m.tensor(x);
  m.custom("aeq.hadamard_rotation", {in}, {once}, bytes);
  m.custom("aeq.hadamard_rotation", {once}, {twice}, bytes);
  m.output(twice);
  const auto out = run_model(m.bytes(), {x});
  ASSERT_TRUE(out.ok()) << out.error().text();
  EXPECT_EQ(difference(x, (*out)[0], 1e-5f), "");
}

OP_TEST(hadamard_rotation, refuses_bad_sizes) {
  const auto refuses = [](OpCase c, const char* text) {
    expect_error(c.out(f32({1, 6})), Code::invalid_model, text);
  };
  refuses(rotate(6, f32({1, 6})), "power of two");
  refuses(rotate(0, f32({1, 6})), "hadamard_size is 0");
  refuses(rotate(4, f32({1, 6})), "whole number");
}

}  // namespace samara::testing::hadamard_rotation_test
