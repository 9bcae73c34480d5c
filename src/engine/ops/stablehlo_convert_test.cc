#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_convert_test {

OP_TEST(stablehlo_convert, changes_the_type) {
  OpCase c{.op = "STABLEHLO_CONVERT"};
  c.in(f32({4}, {-1.75f, 0, 3.5f, 300})).out(i8({4}, {-1, 0, 3, 127}));
  run_everywhere(c);
  for (const Type type : {Type::f16, Type::bf16, Type::f64, Type::i8, Type::u16, Type::i64}) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase wide{.op = "STABLEHLO_CONVERT"};
    wide.in(of(type, {3}, {1, 0, 3})).out(f32({3}, {1, 0, 3}));
    run_everywhere(wide);
    OpCase flags{.op = "STABLEHLO_CONVERT"};
    flags.in(of(type, {3}, {1, 0, 3})).out(boolean({3}, {1, 0, 1}));
    run_everywhere(flags);
  }
}
OP_TEST(stablehlo_convert, refuses_strings_and_two_inputs) {
  OpCase text{.op = "STABLEHLO_CONVERT"};
  text.in(f32({1})).out(strings({1}, {""}));
  expect_error(text, Code::unsupported, "is string");
  OpCase from{.op = "STABLEHLO_CONVERT", .never_all_constant = true};
  from.in(of(Type::c128, {1}, {1})).out(f32({1}));
  expect_error(from, Code::unsupported, "does not take complex128");
  OpCase two{.op = "STABLEHLO_CONVERT"};
  two.in(f32({1})).in(f32({1})).out(i32({1}));
  expect_error(two, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::stablehlo_convert_test
