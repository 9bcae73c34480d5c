#include "engine/ops/shared/typed_test.h"

namespace samara::testing::reduce_window_test {

Options reducing(fb::ReduceWindowFunction f) {
  return options<fb::ReduceWindowOptionsT>([=](auto& o) { o.reduce_function = f; });
}
OpCase windows(fb::ReduceWindowFunction f, const Literal& in, const Literal& initial,
               const std::vector<int64_t>& size, const std::vector<int64_t>& stride,
               const std::vector<int64_t>& dilation) {
  OpCase c{.op = "REDUCE_WINDOW", .options = reducing(f)};
  const auto rank = int(size.size());
  c.in(in).in(initial);
  c.constant(i64({rank}, size)).constant(i64({rank}, stride)).constant(i64({rank}, dilation));
  c.tolerance = tolerance_of(in.type);
  return c;
}

OP_TEST(reduce_window, sums_windows_of_every_type) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c = windows(fb::ReduceWindowFunction_ADD, of(type, {2, 3}, {1, 2, 3, 4, 5, 6}),
                       of(type, {}, {1}), {2, 2}, {1, 1}, {1, 1});
    c.out(of(type, {1, 2}, {13, 17}));
    run_everywhere(c);
  }
}
OP_TEST(reduce_window, knows_six_functions) {
  const auto expect = [](fb::ReduceWindowFunction f, const Literal& initial, const Literal& out) {
    OpCase c = windows(f, i32({4}, {1, 0, 3, 2}), initial, {2}, {1}, {2});
    c.out(out);
    run_everywhere(c);
  };
  expect(fb::ReduceWindowFunction_MUL, i32({}, {2}), i32({2}, {6, 0}));
  expect(fb::ReduceWindowFunction_MINIMUM, i32({}, {9}), i32({2}, {1, 0}));
  expect(fb::ReduceWindowFunction_MAXIMUM, i32({}, {0}), i32({2}, {3, 2}));
  expect(fb::ReduceWindowFunction_ALL, i32({}, {1}), i32({2}, {1, 0}));
  expect(fb::ReduceWindowFunction_ANY, i32({}, {0}), i32({2}, {1, 1}));
}
OP_TEST(reduce_window, takes_bools) {
  OpCase c = windows(fb::ReduceWindowFunction_ANY, boolean({3}, {0, 0, 1}), boolean({}, {0}), {2},
                     {1}, {1});
  c.out(boolean({2}, {0, 1}));
  run_everywhere(c);
}
OP_TEST(reduce_window, refuses_bad_windows) {
  const auto refused = [](int64_t size, int64_t stride, int64_t dilation, const char* text) {
    OpCase c =
        windows(fb::ReduceWindowFunction_ADD, f32({4}), f32({}), {size}, {stride}, {dilation});
    c.out(f32({1}));
    expect_error(c, Code::invalid_model, text);
  };
  refused(0, 1, 1, "0 for dimension 0 is not from 1");
  refused(1, 0, 1, "input 3");
  refused(1, 1, -1, "input 4");
  refused(1, 1, int64_t{1} << 40, "is not from 1 to 2^31 - 1");
}
OP_TEST(reduce_window, refuses_an_unknown_function_and_wrong_operands) {
  OpCase c = windows(fb::ReduceWindowFunction_UNSUPPORTED, f32({4}), f32({}), {1}, {1}, {1});
  c.out(f32({4}));
  expect_error(c, Code::unsupported, "reduce_function 0 is not known");
  OpCase rank = windows(fb::ReduceWindowFunction_ADD, f32({4, 1}), f32({}), {1}, {1}, {1});
  rank.out(f32({4, 1}));
  expect_error(rank, Code::invalid_model, "has 1 values for rank 2");
  OpCase initial = windows(fb::ReduceWindowFunction_ADD, f32({4}), f32({3}), {1}, {1}, {1});
  initial.out(f32({4}));
  expect_error(initial, Code::invalid_model, "the initial value has shape [3]");
}

}  // namespace samara::testing::reduce_window_test
