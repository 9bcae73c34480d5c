// RESIZE_BILINEAR. Builtin 23, versions 1 to 4. Rules from: LiteRT
// tflite/kernels/internal/reference/resize_bilinear.h. float32 and uint8 are interpolated in float
// (uint8: plus 0.5, cut off), int8 and int16 with 10-bit fixed-point places, so that a product of
// two weights has 20 bits, rounded half away from zero.
//
// Beyond the first and the last pixel both neighbours are the same one, and the two weights, one of
// them negative then, still add up to 1.
#include <algorithm>
#include <cmath>
#include <type_traits>

#include "engine/ops/shared/parallel.h"
#include "engine/ops/shared/resize.h"
#include "engine/ops/shared/rounded_once.h"

namespace samara::ops {
namespace {

Result<ResizeParams> parse(const OpView& v) {
  const auto& o = v.options<fb::ResizeBilinearOptions>();
  if (o.align_corners() && o.half_pixel_centers())
    return Error(Code::invalid_model, "align_corners and half_pixel_centers exclude each other");
  return ResizeParams{o.align_corners(), o.half_pixel_centers()};
}

/// Two neighbours of a place in the input and their weights.
template <class W>
struct Place {
  int32_t low = 0, high = 0;
  W low_weight = 0, high_weight = 0;
};

class FloatPlaces {
 public:
  using Weight = float;
  FloatPlaces(const ResizeParams& p, int32_t in, int32_t out)
      : half_(p.half_pixel_centers), in_(in) {
    scale_ = p.align_corners && out > 1 ? float(in - 1) / float(out - 1) : float(in) / float(out);
  }
  Place<float> operator[](int32_t i) const {
    const float at = half_ ? (float(i) + 0.5f) * scale_ - 0.5f : float(i) * scale_;
    Place<float> p;
    p.low = std::max(int32_t(std::floor(at)), 0);
    p.high = std::min(int32_t(std::ceil(at)), in_ - 1);
    p.low = std::min(p.low, in_ - 1);  // where the scale was rounded up
    p.high_weight = at - float(p.low);
    p.low_weight = 1 - p.high_weight;
    return p;
  }

 private:
  bool half_;
  int32_t in_;
  float scale_ = 0;
};

class FixedPlaces {
 public:
  using Weight = int32_t;
  static constexpr int64_t kOne = 1 << 10;
  FixedPlaces(const ResizeParams& p, int32_t in, int32_t out)
      : half_(p.half_pixel_centers), in_(in) {
    const int64_t corner = p.align_corners && out > 1 ? 1 : 0;
    const int64_t last = out - corner;
    scale_ = (kOne * (in - corner) + last / 2) / last;
  }
  Place<int32_t> operator[](int32_t i) const {
    const int64_t at = half_ ? i * scale_ + scale_ / 2 - kOne / 2 : i * scale_;
    Place<int32_t> p;
    p.low = int32_t(std::clamp<int64_t>(at / kOne, 0, in_ - 1));
    p.high = int32_t(std::min<int64_t>((at + kOne - 1) / kOne, in_ - 1));
    p.high_weight = int32_t(at - kOne * p.low);
    p.low_weight = int32_t(kOne - p.high_weight);
    return p;
  }

 private:
  bool half_;
  int32_t in_;
  int64_t scale_ = 0;
};

/// XNNPACK's places of 8-bit images: 11-bit weights, rounded to even.
class FinePlaces {
 public:
  FinePlaces(const ResizeParams& p, int32_t in, int32_t out)
      : half_(p.half_pixel_centers), last_(in - 1) {
    const int32_t corner = p.align_corners && out != 1 ? 1 : 0;
    scale_ = float(in - corner) / float(out - corner);
    offset_ = half_ ? 0.5f * scale_ - 0.5f : 0.0f;
  }
  Place<int32_t> operator[](int32_t i) const {
    const float at = std::clamp(float(i) * scale_ + offset_, 0.0f, float(last_));
    Place<int32_t> p;
    p.low = int32_t(at);
    p.high = std::min(p.low + 1, last_);
    p.high_weight = int32_t(std::lrint((at - float(p.low)) * 2048.0f));
    return p;
  }

 private:
  bool half_;
  int32_t last_;
  float scale_ = 0, offset_ = 0;
};

template <class T>
constexpr bool kFixed = std::is_same_v<T, int8_t> || std::is_same_v<T, int16_t>;
template <class T>
using Places = std::conditional_t<kFixed<T>, FixedPlaces, FloatPlaces>;

/// The rows above and below, at the left neighbour's pixel and at the right one's.
template <class T>
struct Corners {
  const T *top_left, *bottom_left, *top_right, *bottom_right;
};

template <class T>
void blend(const Corners<T>& c, const Place<float>& y, const Place<float>& x, T* to,
           int64_t depth) {
  constexpr float kRounding = std::is_integral_v<T> ? 0.5f : 0.0f;
  for (int64_t i = 0; i < depth; ++i)
    to[i] = T(float(c.top_left[i]) * y.low_weight * x.low_weight +
              float(c.bottom_left[i]) * y.high_weight * x.low_weight +
              float(c.top_right[i]) * y.low_weight * x.high_weight +
              float(c.bottom_right[i]) * y.high_weight * x.high_weight + kRounding);
}

template <class T>
void blend(const Corners<T>& c, const Place<int32_t>& y, const Place<int32_t>& x, T* to,
           int64_t depth) {
  // The weights' products have magnitudes up to 1.5 * 1.5 * 2^20: 8-bit values fit 32 bits.
  using Sum = std::conditional_t<sizeof(T) == 1, int32_t, int64_t>;
  const Sum w00 = Sum(y.low_weight) * x.low_weight, w10 = Sum(y.high_weight) * x.low_weight;
  const Sum w01 = Sum(y.low_weight) * x.high_weight, w11 = Sum(y.high_weight) * x.high_weight;
  constexpr Sum kHalf = 1 << 19;
  for (int64_t i = 0; i < depth; ++i) {
    const Sum sum = c.top_left[i] * w00 + c.bottom_left[i] * w10 + c.top_right[i] * w01 +
                    c.bottom_right[i] * w11;
    to[i] = T((sum + (sum > 0 ? kHalf : -kHalf)) / (1 << 20));
  }
}

/// XNNPACK's rule: along rows, then between them, ties up.
template <class T>
void blend_once(const Corners<T>& c, const Place<int32_t>& y, const Place<int32_t>& x, T* to,
                int64_t depth) {
  for (int64_t i = 0; i < depth; ++i) {
    const int32_t top = c.top_left[i] * 2048 + x.high_weight * (c.top_right[i] - c.top_left[i]);
    const int32_t bottom =
        c.bottom_left[i] * 2048 + x.high_weight * (c.bottom_right[i] - c.bottom_left[i]);
    to[i] = T((top * 2048 + (bottom - top) * y.high_weight + (1 << 21)) >> 22);
  }
}

template <class T>
using PlaceOf = Place<typename Places<T>::Weight>;

Status infer(const ResizeParams&, Infer& n) {
  TRY(n.has_type(n.out(0), {Type::f32, Type::i8, Type::u8, Type::i16}));
  TRY(infer_resize(n));
  static_assert(sizeof(PlaceOf<float>) == sizeof(PlaceOf<int8_t>));
  if (!n.known(1)) return ok();
  return n.scratch(0, n.out(0).shape[2] * int64_t(sizeof(PlaceOf<float>)));
}

/// `Places` says where each row and column lies, `mix` makes pixels of their four corners.
template <class T, class Places, class Mix>
Status run_by(const ResizeParams& p, Run& n, const Mix& mix) {
  using At = decltype(std::declval<const Places&>()[0]);
  const Shape& in = n.in(0).shape;
  const Shape& out = n.out(0).shape;
  if (out.elements() == 0) return ok();
  const Places rows(p, in[1], out[1]), columns(p, in[2], out[2]);
  auto* xs = reinterpret_cast<At*>(n.scratch(0).data());
  for (int32_t x = 0; x < out[2]; ++x) xs[x] = columns[x];
  const int64_t depth = in[3], in_row = in[2] * depth, out_row = out[2] * depth;
  for_elements(
      n.pool(), int64_t{out[0]} * out[1],
      [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
          const T* image = n.in_data<T>(0) + row / out[1] * in[1] * in_row;
          const At y = rows[int32_t(row % out[1])];
          const T *top = image + y.low * in_row, *bottom = image + y.high * in_row;
          T* to = n.out_data<T>(0) + row * out_row;
          for (int32_t x = 0; x < out[2]; ++x, to += depth) {
            const int64_t left = xs[x].low * depth, right = xs[x].high * depth;
            mix({top + left, bottom + left, top + right, bottom + right}, y, xs[x], to, depth);
          }
        }
      },
      out_row * 4);
  return ok();
}

template <class T>
Status run(const ResizeParams& p, Run& n) {
  if constexpr (sizeof(T) == 1) {
    if (rounds_once(n) && n.in(1).constant) return run_by<T, FinePlaces>(p, n, blend_once<T>);
  }
  return run_by<T, Places<T>>(p, n,
                              [](const Corners<T>& c, const PlaceOf<T>& y, const PlaceOf<T>& x,
                                 T* to, int64_t depth) { blend<T>(c, y, x, to, depth); });
}

template <class T>
constexpr auto kRun = bind<ResizeParams, run<T>>;

}  // namespace

extern constinit const OpDef resize_bilinear = define_op<ResizeParams, parse, infer>(
    {.name = "RESIZE_BILINEAR", .code = 23, .versions = {1, 4}}, {{Type::f32, kRun<float>},
                                                                  {Type::i8, kRun<int8_t>},
                                                                  {Type::u8, kRun<uint8_t>},
                                                                  {Type::i16, kRun<int16_t>}});

}  // namespace samara::ops
