#include "testing/op_test.h"

namespace samara::testing::fake_quant_test {

Options range(float low, float high, int bits, bool narrow = false) {
  return options<fb::FakeQuantOptionsT>([=](auto& o) {
    o.min = low;
    o.max = high;
    o.num_bits = bits;
    o.narrow_range = narrow;
  });
}

OpCase on_nine_values(Options how, std::vector<float> want) {
  OpCase c{.op = "FAKE_QUANT", .options = std::move(how)};
  c.in(f32({9}, {-7, -1, -0.3f, 0, 0.26f, 0.8f, 1.9f, 3.33f, 9}));
  return c.out(f32({9}, std::move(want)));
}

// From LiteRT's reference kernel.
OP_TEST(fake_quant, gives_what_litert_gave) {
  run_everywhere(on_nine_values(
      range(-1.5f, 6.2f, 4),
      {-1.5399999618530273f, -1.0266666412353516f, -0.5133333206176758f, 0, 0.5133333206176758f,
       1.0266666412353516f, 2.053333282470703f, 3.0799999237060547f, 6.159999847412109f}));
  run_everywhere(on_nine_values(
      range(0.5f, 2, 8), {0, 0, 0, 0, 0.25882354378700256f, 0.800000011920929f, 1.5f, 1.5f, 1.5f}));
}

OP_TEST(fake_quant, a_narrow_range_has_one_step_less) {
  run_everywhere(on_nine_values(range(-1, 1, 2, true), {-1, -1, 0, 0, 0, 1, 1, 1, 1}));
}

OP_TEST(fake_quant, refuses_bad_ranges) {
  const std::vector<float> zeros(9);
  expect_error(on_nine_values(range(1, 1, 8), zeros), Code::invalid_model, "range");
  expect_error(on_nine_values(range(0, INFINITY, 8), zeros), Code::invalid_model, "range");
  expect_error(on_nine_values(range(0, 1, 1), zeros), Code::invalid_model, "1 bits");
  expect_error(on_nine_values(range(0, 1, 17), zeros), Code::invalid_model, "17 bits");
  OpCase whole{.op = "FAKE_QUANT", .options = range(0, 1, 8)};
  whole.in(i32({1})).out(i32({1}));
  expect_error(whole, Code::unsupported, "int32");
}

}  // namespace samara::testing::fake_quant_test
