#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_convolution_test {

struct Conv {
  std::vector<int64_t> stride = {}, padding = {}, base = {}, dilation = {};
  std::vector<bool> reversed = {};
  int64_t feature_groups = 1, batch_groups = 1;
};
/// One spatial dimension: batch, feature, space; kernels output, input, space.
Options conv(const Conv& c) {
  return options<fb::StablehloConvolutionOptionsT>([&](auto& o) {
    o.window_strides = c.stride;
    o.padding = c.padding;
    o.lhs_dilation = c.base;
    o.rhs_dilation = c.dilation;
    o.window_reversal = c.reversed;
    o.input_batch_dimension = o.output_batch_dimension = o.kernel_output_feature_dimension = 0;
    o.input_feature_dimension = o.output_feature_dimension = o.kernel_input_feature_dimension = 1;
    o.input_spatial_dimensions = o.output_spatial_dimensions = o.kernel_spatial_dimensions = {2};
    o.feature_group_count = c.feature_groups;
    o.batch_group_count = c.batch_groups;
  });
}
void expect(const Options& o, const Literal& in, const Literal& kernel, const Literal& out) {
  OpCase c{.op = "STABLEHLO_CONVOLUTION", .options = o, .tolerance = tolerance_of(in.type)};
  c.in(in).constant(kernel).out(out);
  run_everywhere(c);
}

OP_TEST(stablehlo_convolution, takes_every_type) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    expect(conv({}), of(type, {1, 2, 3}, {1, 2, 3, 4, 5, 6}), of(type, {1, 2, 2}, {1, 2, 3, 1}),
           of(type, {1, 1, 2}, {1 + 4 + 12 + 5, 2 + 6 + 15 + 6}));
  }
}
OP_TEST(stablehlo_convolution, pads_strides_dilates_and_turns_around) {
  const Literal in = i32({1, 1, 3}, {1, 2, 3}), kernel = i32({1, 1, 2}, {1, 10});
  expect(conv({.padding = {1, 0}}), in, kernel, i32({1, 1, 3}, {10, 21, 32}));
  expect(conv({.stride = {2}, .padding = {1, 0}}), in, kernel, i32({1, 1, 2}, {10, 32}));
  expect(conv({.padding = {-1, 0}}), in, kernel, i32({1, 1, 1}, {32}));
  expect(conv({.base = {2}}), in, kernel, i32({1, 1, 4}, {1, 20, 2, 30}));
  expect(conv({.dilation = {2}}), in, kernel, i32({1, 1, 1}, {31}));
  expect(conv({.reversed = {true}}), in, kernel, i32({1, 1, 2}, {12, 23}));
}
OP_TEST(stablehlo_convolution, has_groups_of_features_and_of_batches) {
  const Literal kernel = i32({2, 1, 1}, {1, 10});
  expect(conv({.feature_groups = 2}), i32({1, 2, 1}, {3, 4}), kernel, i32({1, 2, 1}, {3, 40}));
  expect(conv({.batch_groups = 2}), i32({2, 1, 1}, {3, 4}), kernel, i32({1, 2, 1}, {3, 40}));
}
OP_TEST(stablehlo_convolution, sums_small_types_in_wide_ones) {
  expect(conv({}), i8({1, 2, 1}, {-128, 127}), i8({1, 2, 1}, {-128, 127}), i32({1, 1, 1}, {32513}));
}
OP_TEST(stablehlo_convolution, refuses_what_does_not_fit) {
  const auto refused = [](const Options& o, const char* text) {
    OpCase c{.op = "STABLEHLO_CONVOLUTION", .options = o};
    c.in(f32({1, 2, 3})).in(f32({1, 2, 2})).out(f32({1}));
    expect_error(c, Code::invalid_model, text);
  };
  refused(conv({.stride = {0}}), "window_strides [0]");
  refused(conv({.stride = {1, 1}}), "window_strides has 2 entries for rank 1");
  refused(conv({.base = {0}}), "lhs_dilation [0]");
  refused(conv({.dilation = {-1}}), "rhs_dilation [-1]");
  refused(conv({.padding = {1}}), "padding has 1 entries");
  refused(conv({.padding = {int64_t{1} << 40, 0}}), "is too large");
  refused(conv({.padding = {-2, -2}}), "cuts more off");
  refused(conv({.feature_groups = 0}), "do not fit");
  refused(conv({.feature_groups = 2}), "in 2 groups of features");
  refused(conv({.batch_groups = 2}), "and 2 of batches");
  Options twice = conv({});
  twice.second.AsStablehloConvolutionOptions()->input_feature_dimension = 0;
  refused(twice, "the input [2, 0, 0] are not different dimensions");
  Options few = conv({});
  few.second.AsStablehloConvolutionOptions()->kernel_spatial_dimensions = {};
  refused(few, "the kernel has 2 dimensions in the options and 3 in its shape");
  refused({}, "the input has 2 dimensions in the options");
}

}  // namespace samara::testing::stablehlo_convolution_test
