#include "engine/kernels/conv_geometry.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace samara::kernels {
namespace {

TEST(WindowAxis, follows_tensorflow) {
  struct Case {
    Padding padding;
    int in, filter, stride, dilation, out, before, after;
  };
  for (const Case& c :
       {Case{Padding::same, 224, 3, 2, 1, 112, 0, 1}, Case{Padding::same, 112, 3, 1, 1, 112, 1, 1},
        Case{Padding::same, 7, 5, 2, 1, 4, 2, 2}, Case{Padding::same, 9, 3, 1, 4, 9, 4, 4},
        Case{Padding::same, 5, 1, 3, 1, 2, 0, 0}, Case{Padding::same, 0, 3, 1, 1, 0, 1, 1},
        Case{Padding::valid, 7, 3, 2, 1, 3, 0, 0}, Case{Padding::valid, 9, 3, 1, 4, 1, 0, 0},
        Case{Padding::valid, 3, 4, 2, 1, 0, 0, 0}}) {
    WindowAxis a{.in = c.in, .filter = c.filter, .stride = c.stride, .dilation = c.dilation};
    ASSERT_TRUE(a.resolve(c.padding, "height").ok());
    EXPECT_EQ(a.out, c.out) << c.in << " " << c.filter;
    if (c.out == 0) continue;  // no window, so its padding means nothing
    EXPECT_EQ(a.before, c.before) << c.in << " " << c.filter;
    EXPECT_EQ(a.after, c.after) << c.in << " " << c.filter;
  }
}

TEST(WindowAxis, refuses_what_makes_no_window) {
  constexpr int most = std::numeric_limits<int32_t>::max();
  for (WindowAxis a : {WindowAxis{.in = 5, .filter = 0}, WindowAxis{.in = 5, .stride = 0},
                       WindowAxis{.in = 5, .dilation = -1}, WindowAxis{.in = -1},
                       WindowAxis{.in = 5, .filter = 9}}) {
    const auto status = a.resolve(Padding::valid, "height");
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), Code::invalid_model);
    EXPECT_NE(status.error().message().find("height"), std::string::npos);
  }
  WindowAxis huge{.in = most, .filter = most, .stride = 1, .dilation = most};
  EXPECT_FALSE(huge.resolve(Padding::same, "width").ok());
}

/// Every pixel's taps as values, gathered through the pointers, against plain indexing.
void check_pointers(ConvGeometry g, Padding padding) {
  ASSERT_TRUE(g.resolve(padding).ok());
  const size_t pixels = size_t(g.batches) * g.y.in * g.x.in;
  std::vector<int> input(pixels * g.in_c), zeros(size_t(g.x.filter) * g.in_c, -1);
  for (size_t i = 0; i < input.size(); ++i) input[i] = int(i);
  for (int32_t group = 0; group < g.groups; ++group)
    for (const size_t count : {size_t{1}, size_t{3}, size_t(g.out_pixels())}) {
      const ConvPointers<int> pointers(g, input.data(), zeros.data(), group);
      std::vector<const int*> p(ConvPointers<int>::most(g, count));
      for (int64_t first = 0; first + int64_t(count) <= g.out_pixels(); ++first) {
        const TapLayout layout = pointers.fill(first, count, p.data());
        ASSERT_EQ(int64_t(layout.taps * layout.k), g.k());
        for (size_t i = 0; i < count; ++i) {
          const int64_t o = first + int64_t(i);
          const int64_t b = o / (g.y.out * g.x.out), oy = o / g.x.out % g.y.out, ox = o % g.x.out;
          for (int64_t k = 0; k < g.k(); ++k) {
            const int64_t c = k % g.group_in_c(), tap = k / g.group_in_c();
            const int64_t y = g.y.begin(oy) + tap / g.x.filter * g.y.dilation;
            const int64_t x = g.x.begin(ox) + tap % g.x.filter * g.x.dilation;
            const bool inside = y >= 0 && y < g.y.in && x >= 0 && x < g.x.in;
            const int64_t at =
                ((b * g.y.in + y) * g.x.in + x) * g.in_c + group * g.group_in_c() + c;
            const int got = p[size_t(k) / layout.k * count + i][size_t(k) % layout.k];
            ASSERT_EQ(got, inside ? int(at) : -1) << "pixel " << o << " k " << k;
          }
        }
      }
    }
}

TEST(ConvPointers, read_what_plain_indexing_reads) {
  ConvGeometry g{.batches = 2, .y = {.in = 5, .filter = 3}, .x = {.in = 6, .filter = 3}, .in_c = 2};
  check_pointers(g, Padding::same);
  check_pointers(g, Padding::valid);
  g.y.stride = g.x.stride = 2;
  check_pointers(g, Padding::same);
  g.x.dilation = 2;
  check_pointers(g, Padding::same);
  g.groups = 2;
  check_pointers(g, Padding::same);
  ConvGeometry point{.batches = 2, .y = {.in = 3}, .x = {.in = 4}, .in_c = 3};
  check_pointers(point, Padding::same);
}

}  // namespace
}  // namespace samara::kernels
