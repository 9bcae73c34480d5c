#include <limits>

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_reduce_window_test {

struct Window {
  std::vector<int64_t> size, stride, base, dilation, padding;
};
Options windows(const Window& w) {
  return options<fb::StablehloReduceWindowOptionsT>([&](auto& o) {
    o.window_dimensions = w.size;
    o.window_strides = w.stride;
    o.base_dilations = w.base;
    o.window_dilations = w.dilation;
    o.padding = w.padding;
    o.body_subgraph_index = 1;
  });
}
ModelBuilder model(const Literal& in, const Literal& initial, const Literal& out, const Window& w,
                   const std::string& body) {
  ModelBuilder m = model_of("STABLEHLO_REDUCE_WINDOW", windows(w), {in, initial}, {out});
  add_function(m, body, in.type);
  return m;
}
void expect(const Literal& in, const Literal& initial, const Literal& out, const Window& w,
            const std::string& body) {
  expect_model(model(in, initial, out, w, body), {in, initial}, {out}, tolerance_of(in.type));
}

OP_TEST(stablehlo_reduce_window, sums_windows_of_every_type) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    expect(of(type, {2, 3}, {1, 2, 3, 4, 5, 6}), of(type, {}, {0}), of(type, {1, 2}, {12, 16}),
           {{2, 2}, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}}, "STABLEHLO_ADD");
  }
}
OP_TEST(stablehlo_reduce_window, gaps_and_edges_hold_the_initial_value) {
  // 1 . 2 . 3 with one initial value before, without the last: windows of 2, every third place.
  expect(i32({3}, {1, 2, 3}), i32({}, {10}), i32({2}, {21, 22}), {{2}, {3}, {2}, {1}, {1, -1}},
         "ADD");
  // Every second place of a window of two.
  expect(i32({4}, {1, 2, 3, 4}), i32({}, {0}), i32({2}, {3, 4}), {{2}, {1}, {1}, {2}, {0, 0}},
         "STABLEHLO_MAXIMUM");
}
OP_TEST(stablehlo_reduce_window, what_is_left_out_is_one) {
  expect(i32({3}, {1, 2, 3}), i32({}, {1}), i32({2}, {2, 6}), {{2}, {}, {}, {}, {}}, "MUL");
}
OP_TEST(stablehlo_reduce_window, combines_bits_and_bools) {
  const Window two{{2}, {}, {}, {}, {}};
  expect(i32({3}, {6, 3, 4}), i32({}, {-1}), i32({2}, {2, 0}), two, "STABLEHLO_AND");
  expect(boolean({3}, {0, 0, 1}), boolean({}, {0}), boolean({2}, {0, 1}), two, "LOGICAL_OR");
  expect(boolean({3}, {0, 1, 1}), boolean({}, {1}), boolean({2}, {0, 1}), two, "LOGICAL_AND");
  expect(i8({3}, {4, -3, 1}), i8({}, {127}), i8({2}, {-3, -3}), two, "MINIMUM");
}
OP_TEST(stablehlo_reduce_window, gives_nothing_where_no_window_fits) {
  expect(f32({2}, {1, 2}), f32({}, {0}), f32({0}), {{3}, {}, {}, {}, {}}, "STABLEHLO_ADD");
}
OP_TEST(stablehlo_reduce_window, refuses_bad_windows) {
  const auto refused = [](const Window& w, Code code, const char* text) {
    expect_model_error(model(f32({4}), f32({}), f32({1}), w, "STABLEHLO_ADD"), {}, code, text);
  };
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  refused({{0}, {}, {}, {}, {}}, Code::invalid_model, "window_dimensions [0]");
  refused({{}, {}, {}, {}, {}}, Code::invalid_model, "window_dimensions has 0 entries");
  refused({{1}, {0}, {}, {}, {}}, Code::invalid_model, "window_strides [0]");
  refused({{1}, {}, {0}, {}, {}}, Code::invalid_model, "base_dilations [0]");
  refused({{1}, {}, {}, {-1}, {}}, Code::invalid_model, "window_dilations [-1]");
  refused({{1}, {}, {}, {}, {0}}, Code::invalid_model, "padding has 1 entries for rank 1");
  refused({{1}, {}, {}, {}, {kMost, kMost}}, Code::invalid_model, "is too large");
  refused({{1}, {}, {}, {}, {-3, -2}}, Code::invalid_model, "cuts more off dimension 0 than its 4");
  refused({{1 << 27}, {}, {}, {}, {1 << 30, 1 << 30}}, Code::unsupported, "a window has more than");
}
OP_TEST(stablehlo_reduce_window, refuses_wrong_bodies_and_initial_values) {
  const Window one{{1}, {}, {}, {}, {}};
  expect_model_error(model(f32({4}), f32({2}), f32({4}), one, "STABLEHLO_ADD"), {},
                     Code::invalid_model, "the initial value has shape [2]");
  expect_model_error(model(f32({4}), f32({}), f32({4}), one, "LESS"), {}, Code::unsupported,
                     "bool");
  ModelBuilder alone = model_of("STABLEHLO_REDUCE_WINDOW", windows(one), {f32({4})}, {f32({4})});
  add_function(alone, "STABLEHLO_ADD", Type::f32);
  expect_model_error(alone, {}, Code::invalid_model, "has 1 inputs and 1 outputs");
}
OP_TEST(stablehlo_reduce_window, calls_a_body_that_is_no_reducer) {
  const Window two{{2}, {}, {}, {}, {1, 0}};
  const Literal in = f32({3}, {1, -9, 3}), initial = f32({}, {2}), out = f32({3});
  ModelBuilder fused = model(in, initial, out, two, "ADD");
  fused.current().operators[0]->builtin_options = options<fb::AddOptionsT>([](auto& o) {
                                                    o.fused_activation_function =
                                                        fb::ActivationFunctionType_RELU;
                                                  }).first;
  // relu(relu(2 + 2) + 1), relu(relu(2 + 1) - 9), relu(relu(2 - 9) + 3)
  expect_model(fused, {in, initial}, {f32({3}, {5, 0, 3})});
  expect(in, initial, f32({3}, {-1, 10, 8}), two, "STABLEHLO_SUBTRACT");
}
OP_TEST(stablehlo_reduce_window, takes_several_tensors) {
  // Sums and products of windows of two, in one body; the gaps of a base dilation are initial values.
  const Window two{{2}, {2}, {2}, {}, {0, 1}};
  const Literal a = f32({2}, {1, 2}), b = i32({2}, {5, 7}), zero = f32({}), one = i32({}, {1});
  const std::vector<Literal> all{a, b, zero, one};
  ModelBuilder m = model_of("STABLEHLO_REDUCE_WINDOW", windows(two), all, {a, b});
  m.subgraph("body");
  const int v = m.input(zero), c = m.input(one), w = m.input(zero), d = m.input(one);
  const int sum = m.tensor(zero), product = m.tensor(one);
  m.op("STABLEHLO_ADD", {v, w}, {sum});
  m.op("STABLEHLO_MULTIPLY", {c, d}, {product});
  m.output(sum);
  m.output(product);
  expect_model(m, all, {a, b});
}

}  // namespace samara::testing::stablehlo_reduce_window_test
