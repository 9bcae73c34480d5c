// AVX-512 with VNNI: four lines' bytes of a channel and column lie beside each other, and vpdpbusd
// takes all four. Columns are interleaved once for all windows that they are in. Interleaving leaves
// channels in another order within 64, in which weights are packed; narrowing to bytes puts them back.
#include <immintrin.h>

#include "engine/kernels/dwconv_i8/dwconv_i8_types.h"
#include "engine/kernels/requant/bytes_avx512.inl"

namespace samara::kernels {
namespace {

using V = __m512i;
constexpr int kQuad = 256;  // bytes of 64 channels, interleaved

// Written out because g++ 12 copies the accumulator around its intrinsic.
SAMARA_INLINE void dot(V& sum, V values, V weights) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(values), "vm"(weights));
}

/// 64 values in order to and from the order that interleaving leaves: 4 x 4 lanes, transposed.
SAMARA_INLINE void exchange(V (&s)[4]) {
  const V a = _mm512_shuffle_i32x4(s[0], s[1], 0x44), b = _mm512_shuffle_i32x4(s[2], s[3], 0x44);
  const V c = _mm512_shuffle_i32x4(s[0], s[1], 0xee), d = _mm512_shuffle_i32x4(s[2], s[3], 0xee);
  s[0] = _mm512_shuffle_i32x4(a, b, 0x88);
  s[1] = _mm512_shuffle_i32x4(a, b, 0xdd);
  s[2] = _mm512_shuffle_i32x4(c, d, 0x88);
  s[3] = _mm512_shuffle_i32x4(c, d, 0xdd);
}

SAMARA_INLINE __mmask64 first(int n) { return n >= 64 ? ~__mmask64{0} : (__mmask64{1} << n) - 1; }
/// `some` of 64 32-bit values, exchanged.
SAMARA_INLINE void parameters(const void* from, __mmask64 some, V (&to)[4]) {
  const auto* at = static_cast<const int32_t*>(from);
  for (int q = 0; q < 4; ++q)
    to[q] = _mm512_maskz_loadu_epi32(__mmask16(some >> (16 * q)), at + 16 * q);
  exchange(to);
}

/// What becomes of 64 channels' sums from `channel` on.
struct Sums {
  int32_t* out;
  ptrdiff_t stride;
  SAMARA_INLINE Sums(const DwRowCall& c, int channel) : out(c.sums + channel), stride(c.stride) {}
  SAMARA_INLINE void put(ptrdiff_t pixel, const V (&sums)[4]) const {
    V s[4] = {sums[0], sums[1], sums[2], sums[3]};
    exchange(s);
    for (int q = 0; q < 4; ++q) _mm512_storeu_si512(out + pixel * stride + 16 * q, s[q]);
  }
};
template <class Rounding>
struct Bytes {
  Rounding rounding[4];
  ToBytes to_bytes;
  uint8_t* out;
  ptrdiff_t stride;
  __mmask64 some;
  /// `arrange` has the last word on the order of parameters.
  template <class Arrange>
  SAMARA_INLINE Bytes(const DwRowCall& c, int channel, const Arrange& arrange)
      : to_bytes(*c.bytes),
        out(c.bytes->out + channel),
        stride(c.bytes->stride),
        some(first(c.channels - channel)) {
    V a[4], b[4];
    if constexpr (requires { rounding[0].scale; }) {
      parameters(c.bytes->scale + channel, some, a);
      arrange(a);
      for (int q = 0; q < 4; ++q) rounding[q].scale = _mm512_castsi512_ps(a[q]);
    } else {
      parameters(c.bytes->multiplier + channel, some, a);
      parameters(c.bytes->shift + channel, some, b);
      arrange(a);
      arrange(b);
      const V none = _mm512_setzero_si512();
      for (int q = 0; q < 4; ++q) rounding[q] = Rounding(a[q], _mm512_sub_epi32(none, b[q]), none);
    }
  }
  SAMARA_INLINE Bytes(const DwRowCall& c, int channel) : Bytes(c, channel, [](V (&)[4]) {}) {}
  SAMARA_INLINE void put(ptrdiff_t pixel, const V (&s)[4]) const {
    V y[4];
    for (int q = 0; q < 4; ++q) y[q] = rounding[q](s[q]);
    _mm512_mask_storeu_epi8(out + pixel * stride, some, to_bytes(y));
  }
};

/// Four lines' bytes of 64 channels, interleaved.
SAMARA_INLINE void interleave(const V (&x)[4], V (&to)[4]) {
  const V low01 = _mm512_unpacklo_epi8(x[0], x[1]), high01 = _mm512_unpackhi_epi8(x[0], x[1]);
  const V low23 = _mm512_unpacklo_epi8(x[2], x[3]), high23 = _mm512_unpackhi_epi8(x[2], x[3]);
  to[0] = _mm512_unpacklo_epi16(low01, low23);
  to[1] = _mm512_unpackhi_epi16(low01, low23);
  to[2] = _mm512_unpacklo_epi16(high01, high23);
  to[3] = _mm512_unpackhi_epi16(high01, high23);
}

/// The columns of four lines, from one on, of 64 channels.
class Columns {
 public:
  SAMARA_INLINE Columns(const DwRowCall& c, const DwLine* lines, int column, int channel)
      : column_(column), width_(c.width), some_(first(c.channels - channel)) {
    flip_ = _mm512_set1_epi8(char(c.flip));
    outside_ = _mm512_set1_epi8(char(c.padding ^ c.flip));
    for (int i = 0; i < 4; ++i) {
      step_[i] = lines[i].step;
      at_[i] = lines[i].at + column * step_[i] + channel;
    }
  }
  /// The next one; `count` lines are needed, others meet weights of zero.
  template <int count>
  SAMARA_INLINE void next(V (&to)[4]) {
    if (unsigned(column_) < unsigned(width_)) {
      V x[4];
      for (int i = 0; i < count; ++i)
        x[i] = _mm512_xor_si512(_mm512_maskz_loadu_epi8(some_, at_[i]), flip_);
      for (int i = count; i < 4; ++i) x[i] = x[count - 1];
      interleave(x, to);
    } else {
      for (int q = 0; q < 4; ++q) to[q] = outside_;
    }
    ++column_;
    for (int i = 0; i < count; ++i) at_[i] += step_[i];
  }

 private:
  int column_, width_;
  __mmask64 some_;
  V flip_, outside_;
  const uint8_t* at_[4];
  ptrdiff_t step_[4];
};

SAMARA_INLINE void start_with(V (&sum)[4], const V (&start)[4], const V (&x)[4], const V (&w)[4]) {
  for (int q = 0; q < 4; ++q) {
    sum[q] = start[q];
    dot(sum[q], x[q], w[q]);
  }
}
SAMARA_INLINE void add(V (&sum)[4], const V (&x)[4], const V (&w)[4]) {
  for (int q = 0; q < 4; ++q) dot(sum[q], x[q], w[q]);
}

/// A filter of three columns and lines, whose weights stay in registers.
template <class Finish, int kStride>
void row3(const DwRowCall& c) {
  for (int j = 0; j < c.channels; j += 64) {
    const Finish finish(c, j);
    V start[4], w[3][4], x[4], now[4], next[4];
    parameters(c.init + j, ~__mmask64{0}, start);
    for (int t = 0; t < 3; ++t)
      for (int q = 0; q < 4; ++q)
        w[t][q] = _mm512_loadu_si512(c.weights + t * c.group_stride + ptrdiff_t{j} * 4 + 64 * q);
    Columns columns(c, c.lines, c.first, j);
    columns.next<3>(x);
    start_with(now, start, x, w[0]);
    if constexpr (kStride == 1) {
      columns.next<3>(x);
      add(now, x, w[1]);
      start_with(next, start, x, w[0]);
    }
    for (ptrdiff_t p = 0; p < c.pixels; ++p) {
      if constexpr (kStride == 2) {
        columns.next<3>(x);
        add(now, x, w[1]);
      }
      columns.next<3>(x);
      add(now, x, w[2]);
      finish.put(p, now);
      if constexpr (kStride == 1) {
        for (int q = 0; q < 4; ++q) now[q] = next[q];
        add(now, x, w[1]);
        start_with(next, start, x, w[0]);
      } else {
        start_with(now, start, x, w[0]);
      }
    }
  }
}

/// Lanes of the first of kPixels pixels to all of them.
template <int kPixels>
SAMARA_INLINE void repeat(V (&x)[4]) {
  for (int q = 0; q < 4; ++q) x[q] = _mm512_shuffle_i32x4(x[q], x[q], kPixels == 2 ? 0x44 : 0);
}

/// kPixels neighbours of 64 / kPixels channels, from `column` on; those outside are padding.
template <int kPixels>
SAMARA_INLINE void neighbours(const DwLine (&lines)[3], int column, int width, V padding, V flip,
                              V (&to)[4]) {
  constexpr int kSize = 64 / kPixels;
  const int beyond = column + kPixels - width;
  V x[4];
  if (column >= 0 && beyond <= 0) {
    for (int i = 0; i < 3; ++i) x[i] = _mm512_loadu_si512(lines[i].at + column * lines[i].step);
  } else {
    __mmask64 inside = column > -kPixels && beyond < kPixels ? ~__mmask64{0} : 0;
    if (column < 0 && inside) inside <<= -column * kSize;
    if (beyond > 0 && inside) inside &= ~__mmask64{0} >> (beyond * kSize);
    for (int i = 0; i < 3; ++i)
      x[i] = _mm512_mask_loadu_epi8(padding, inside, lines[i].at + column * lines[i].step);
  }
  for (int i = 0; i < 3; ++i) x[i] = _mm512_xor_si512(x[i], flip);
  x[3] = x[2];
  interleave(x, to);
}

/// row3 of 64 / kPixels channels with stride 1: a vector has kPixels neighbours.
template <int kPixels>
void row3_joined(const DwRowCall& c) {
  const V flip = _mm512_set1_epi8(char(c.flip)), padding = _mm512_set1_epi8(char(c.padding));
  alignas(64) uint8_t outside[64];
  _mm512_store_si512(outside, padding);
  DwLine lines[3];
  for (int i = 0; i < 3; ++i) lines[i] = c.lines[i].step ? c.lines[i] : DwLine{outside, 0};
  Bytes<Once> finish(c, 0, repeat<kPixels>);
  V start[4], w[3][4];
  parameters(c.init, ~__mmask64{0}, start);
  repeat<kPixels>(start);
  for (int t = 0; t < 3; ++t) {
    for (int q = 0; q < 4; ++q)
      w[t][q] = _mm512_loadu_si512(c.weights + t * c.group_stride + 64 * q);
    repeat<kPixels>(w[t]);
  }
  V x[4], sum[4];
  neighbours<kPixels>(lines, c.first, c.width, padding, flip, x);
  for (int p = 0; p < c.pixels; p += kPixels) {
    const int column = c.first + p;
    start_with(sum, start, x, w[0]);
    neighbours<kPixels>(lines, column + 1, c.width, padding, flip, x);
    add(sum, x, w[1]);
    neighbours<kPixels>(lines, column + 2, c.width, padding, flip, x);
    add(sum, x, w[2]);
    finish.some = first((c.pixels - p) * c.channels);
    finish.put(p, sum);
    if constexpr (kPixels == 4) neighbours<kPixels>(lines, column + 4, c.width, padding, flip, x);
  }
}

/// kPixels neighbours; `columns` are those of the first.
template <int kPixels, class Finish>
SAMARA_INLINE void tile(const DwRowCall& c, int channel, const uint8_t* columns, ptrdiff_t pixel,
                        const V (&start)[4], const Finish& finish) {
  V sum[kPixels][4];
  for (int p = 0; p < kPixels; ++p)
    for (int q = 0; q < 4; ++q) sum[p][q] = start[q];
  const ptrdiff_t quads = ptrdiff_t{c.quads} * kQuad, next = c.stride_x * quads;
  const int8_t* weights = c.weights + ptrdiff_t{channel} * 4;
  for (int x = 0; x < c.filter; ++x, columns += c.dilation * quads) {
    const uint8_t* at = columns;
    for (int g = 0; g < c.quads; ++g, at += kQuad, weights += c.group_stride) {
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) {
        const V w = _mm512_loadu_si512(weights + 64 * q);
#pragma GCC unroll 4
        for (int p = 0; p < kPixels; ++p)
          dot(sum[p][q], _mm512_loadu_si512(at + p * next + 64 * q), w);
      }
    }
  }
#pragma GCC unroll 4
  for (int p = 0; p < kPixels; ++p) finish.put(pixel + p, sum[p]);
}

template <class Finish>
void row(const DwRowCall& c) {
  alignas(64) uint8_t columns[kDwColumns * kQuad];
  const int reach = (c.filter - 1) * c.dilation + 1;
  const int most = (kDwColumns / c.quads - reach) / c.stride_x + 1;
  const ptrdiff_t next = ptrdiff_t{c.stride_x} * c.quads * kQuad;
  for (int j = 0; j < c.channels; j += 64) {
    const Finish finish(c, j);
    V start[4];
    parameters(c.init + j, ~__mmask64{0}, start);
    for (int p = 0; p < c.pixels; p += most) {
      const int n = c.pixels - p < most ? c.pixels - p : most;
      const int from = c.first + p * c.stride_x, end = from + (n - 1) * c.stride_x + reach;
      for (int g = 0; g < c.quads; ++g) {
        Columns in(c, c.lines + 4 * g, from, j);
        for (int i = 0; i < end - from; ++i) {
          V x[4];
          in.next<4>(x);
          for (int q = 0; q < 4; ++q)
            _mm512_storeu_si512(columns + (i * c.quads + g) * kQuad + 64 * q, x[q]);
        }
      }
      const uint8_t* at = columns;
      int i = 0;
      for (; i + 4 <= n; i += 4, at += 4 * next) tile<4>(c, j, at, p + i, start, finish);
      for (; i < n; ++i, at += next) tile<1>(c, j, at, p + i, start, finish);
    }
  }
}

template <class Finish>
void row3(const DwRowCall& c) {
  c.stride_x == 1 ? row3<Finish, 1>(c) : row3<Finish, 2>(c);
}

void run_row(const DwRowCall& c) {
  const bool three = c.filter == 3 && c.tall <= 3 && c.dilation == 1 && c.stride_x <= 2;
  if (!c.bytes) return three ? row3<Sums>(c) : row<Sums>(c);
  if (!three) return row<Bytes<Once>>(c);
  if (!c.bytes->scale) return row3<Bytes<TwiceSmall>>(c);
  const bool dense = c.stride_x == 1 && c.bytes->stride == c.channels;
  if (dense && c.channels == 32) return row3_joined<2>(c);
  if (dense && c.channels == 16) return row3_joined<4>(c);
  row3<Bytes<Once>>(c);
}

}  // namespace

extern constinit const DwI8 dwconv_i8_avx512vnni{DwWeights::quads, nullptr, nullptr, run_row};

}  // namespace samara::kernels
