// Expected values: LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::resize_bilinear_test {

enum Mode { kPlain, kAlign, kHalf };
OpCase bilinear(Mode mode) {
  return {.op = "RESIZE_BILINEAR", .options = options<fb::ResizeBilinearOptionsT>([&](auto& o) {
                                     o.align_corners = mode == kAlign;
                                     o.half_pixel_centers = mode == kHalf;
                                   })};
}
void check(Mode mode, const Literal& in, const Literal& out) {
  OpCase c = bilinear(mode);
  c.in(in).constant(i32({2}, {out.shape[1], out.shape[2]})).out(out);
  run_everywhere(c);
}
const Literal::Dims kIn{1, 2, 2, 1}, kOut{1, 3, 4, 1};

OP_TEST(resize_bilinear, float32) {
  const Literal in = f32(kIn, {-100, 37, 90, 11});
  check(kPlain, in,
        f32(kOut, {-100, -31.5f, 37, 37, 26.666668f, 23.166666f, 19.666666f, 19.666666f, 90, 50.5f,
                   11, 11}));
  check(kAlign, in,
        f32(kOut, {-100, -54.333328f, -8.666664f, 37, -5, 4.6666665f, 14.333333f, 24, 90,
                   63.666664f, 37.333332f, 11}));
  check(kHalf, in,
        f32(kOut, {-100, -65.75f, 2.75f, 37, -5, 2.25f, 16.75f, 24, 90, 70.25f, 30.75f, 11}));
}

OP_TEST(resize_bilinear, int8) {
  const Literal in = i8(kIn, {-100, 37, 90, 11}).q(0.5f, 3);
  check(kPlain, in, i8(kOut, {-100, -32, 37, 37, 27, 23, 20, 20, 90, 51, 11, 11}).q(0.5f, 3));
  check(kAlign, in, i8(kOut, {-100, -54, -9, 37, -5, 5, 14, 24, 90, 64, 37, 11}).q(0.5f, 3));
  check(kHalf, in, i8(kOut, {-100, -66, 3, 37, -5, 2, 17, 24, 90, 70, 31, 11}).q(0.5f, 3));
}

OP_TEST(resize_bilinear, uint8) {
  const Literal in = u8(kIn, {1, 138, 191, 112}).q(0.5f, 3);
  check(kPlain, in, u8(kOut, {1, 70, 138, 138, 128, 124, 121, 121, 191, 152, 112, 112}).q(0.5f, 3));
  check(kAlign, in, u8(kOut, {1, 47, 92, 138, 96, 106, 115, 125, 191, 165, 138, 112}).q(0.5f, 3));
  check(kHalf, in, u8(kOut, {1, 35, 104, 138, 96, 103, 118, 125, 191, 171, 132, 112}).q(0.5f, 3));
}

OP_TEST(resize_bilinear, int16) {
  const Literal in = i16(kIn, {-30000, 11100, 27000, 3300}).q(0.5f);
  check(kPlain, in,
        i16(kOut, {-30000, -9450, 11100, 11100, 8019, 6958, 5897, 5897, 27000, 15150, 3300, 3300})
            .q(0.5f));
  check(
      kAlign, in,
      i16(kOut, {-30000, -16313, -2627, 11060, -1500, 1397, 4294, 7192, 27000, 19108, 11215, 3323})
          .q(0.5f));
  check(kHalf, in,
        i16(kOut, {-30000, -19725, 825, 11100, -1500, 675, 5025, 7200, 27000, 21075, 9225, 3300})
            .q(0.5f));
}

OP_TEST(resize_bilinear, several_pictures_and_channels_keep_apart) {
  check(kHalf, f32({2, 1, 1, 2}, {1, 2, 3, 4}),
        f32({2, 2, 2, 2}, {1, 2, 1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4, 3, 4}));
}

OP_TEST(resize_bilinear, refuses_sizes_below_1_and_both_options) {
  for (const std::vector<int32_t>& size : {std::vector<int32_t>{0, 1}, {1, -3}}) {
    OpCase c = bilinear(kPlain);
    c.in(f32({1, 2, 2, 1})).constant(i32({2}, size)).out(f32({1, 1, 1, 1}));
    expect_error(c, Code::invalid_model, "cannot resize to");
  }
  OpCase both{.op = "RESIZE_BILINEAR", .options = options<fb::ResizeBilinearOptionsT>([](auto& o) {
                                         o.align_corners = o.half_pixel_centers = true;
                                       })};
  both.in(f32({1, 2, 2, 1})).constant(i32({2}, {1, 1})).out(f32({1, 1, 1, 1}));
  expect_error(both, Code::invalid_model, "exclude each other");
}

OP_TEST(resize_bilinear, refuses_other_ranks_and_sizes) {
  OpCase rank = bilinear(kPlain);
  rank.in(f32({2, 2, 1})).constant(i32({2}, {1, 1})).out(f32({1, 1, 1}));
  expect_error(rank, Code::invalid_model, "must have rank 4");
  OpCase size = bilinear(kPlain);
  size.in(f32({1, 2, 2, 1})).constant(i32({3}, {1, 1, 1})).out(f32({1, 1, 1, 1}));
  expect_error(size, Code::invalid_model, "instead of [2]");
}

}  // namespace samara::testing::resize_bilinear_test
