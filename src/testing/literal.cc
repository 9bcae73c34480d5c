#include "testing/literal.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "samara/runtime/session.h"

namespace samara::testing {
namespace {

template <class T>
Literal make(Type type, Literal::Dims shape, std::vector<T> values) {
  Literal out;
  out.type = type;
  out.shape = std::move(shape);
  if (values.empty()) values.resize(size_t(out.elements()));
  out.bytes.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(out.bytes.data(), values.data(), out.bytes.size());
  return out;
}

/// The high bits of a linear congruential generator: good enough to look random.
class Lcg {
 public:
  explicit Lcg(uint32_t seed) : state_(uint64_t{seed} * 2654435761u + 12345) {}
  uint32_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return uint32_t(state_ >> 33);  // 31 bits
  }

 private:
  uint64_t state_;
};

template <class T>
Literal random_integers(Type type, Literal::Dims shape, uint32_t seed, int low, int high) {
  Literal out = make<T>(type, std::move(shape), {});
  std::vector<T> values(size_t(out.elements()));
  Lcg lcg(seed);
  const uint64_t span = uint64_t(int64_t{high} - low) + 1;
  for (T& v : values) v = T(low + int64_t(lcg.next() % span));
  return make(type, out.shape, std::move(values));
}

/// The elements as doubles where the type is a floating-point one; c64 as pairs.
std::vector<double> doubles(const Literal& l) {
  std::vector<double> out;
  switch (l.type) {
    case Type::f32:
    case Type::c64:
      for (const float v : l.values<float>()) out.push_back(v);
      break;
    case Type::f64:
      out = l.values<double>();
      break;
    case Type::f16:
      for (const uint16_t v : l.values<uint16_t>()) out.push_back(from_half(v));
      break;
    case Type::bf16:
      for (const uint16_t v : l.values<uint16_t>())
        out.push_back(std::bit_cast<float>(uint32_t{v} << 16));
      break;
    default:
      break;
  }
  return out;
}

bool is_float(Type t) {
  return t == Type::f32 || t == Type::c64 || t == Type::f64 || t == Type::f16 || t == Type::bf16;
}

bool near(double a, double b, double error) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::fabs(a - b) <= error;
}

std::string float_difference(const Literal& want, const Literal& got, float tolerance) {
  const std::vector<double> w = doubles(want), g = doubles(got);
  double range = 0;
  for (const double v : w)
    if (std::isfinite(v)) range = std::max(range, std::fabs(v));
  for (size_t i = 0; i < w.size(); ++i)
    if (!near(w[i], g[i], tolerance * (range > 0 ? range : 1)))
      return cat("value ", i, " is ", g[i], ", not ", w[i], " (range ", range, ")");
  return "";
}

int64_t integer_at(const Literal& l, size_t i) {
  const size_t size = size_t(bits(l.type)) / 8;
  const bool is_unsigned = l.type == Type::u8 || l.type == Type::u16 || l.type == Type::u32;
  uint64_t v = 0;
  for (size_t b = 0; b < size; ++b) v |= uint64_t(l.bytes[i * size + b]) << (8 * b);
  const int unused = int(64 - 8 * size);
  return is_unsigned || unused == 0 ? int64_t(v) : int64_t(v << unused) >> unused;
}

}  // namespace

Literal Literal::q(float scale, int64_t zero_point) const {
  return q(std::vector<float>{scale}, std::vector<int64_t>{zero_point}, 0);
}
Literal Literal::q(std::vector<float> channel_scales, std::vector<int64_t> channel_zero_points,
                   int along) const {
  Literal out = *this;
  if (channel_zero_points.empty()) channel_zero_points.resize(channel_scales.size());
  out.scales = std::move(channel_scales);
  out.zero_points = std::move(channel_zero_points);
  out.axis = along;
  return out;
}
Literal Literal::as(Role r) const {
  Literal out = *this;
  out.role = r;
  return out;
}
int64_t Literal::elements() const {
  int64_t n = 1;
  for (const int32_t d : shape) n *= d;
  return n;
}

Literal f32(Literal::Dims s, std::vector<float> v) { return make(Type::f32, s, std::move(v)); }
Literal f64(Literal::Dims s, std::vector<double> v) { return make(Type::f64, s, std::move(v)); }
Literal i8(Literal::Dims s, std::vector<int8_t> v) { return make(Type::i8, s, std::move(v)); }
Literal u8(Literal::Dims s, std::vector<uint8_t> v) { return make(Type::u8, s, std::move(v)); }
Literal i16(Literal::Dims s, std::vector<int16_t> v) { return make(Type::i16, s, std::move(v)); }
Literal u16(Literal::Dims s, std::vector<uint16_t> v) { return make(Type::u16, s, std::move(v)); }
Literal i32(Literal::Dims s, std::vector<int32_t> v) { return make(Type::i32, s, std::move(v)); }
Literal u32(Literal::Dims s, std::vector<uint32_t> v) { return make(Type::u32, s, std::move(v)); }
Literal i64(Literal::Dims s, std::vector<int64_t> v) { return make(Type::i64, s, std::move(v)); }
Literal boolean(Literal::Dims s, std::vector<uint8_t> v) {
  return make(Type::boolean, s, std::move(v));
}
Literal c64(Literal::Dims s, std::vector<std::complex<float>> v) {
  return make(Type::c64, s, std::move(v));
}
Literal f16(Literal::Dims shape, std::vector<float> values) {
  std::vector<uint16_t> halves;
  for (const float v : values) halves.push_back(to_half(v));
  return make(Type::f16, std::move(shape), std::move(halves));
}
Literal strings(Literal::Dims shape, std::vector<std::string> values) {
  Literal out;
  out.type = Type::string;
  out.shape = std::move(shape);
  out.bytes = pack_strings(values);
  return out;
}
Literal raw(Type type, Literal::Dims shape, std::vector<uint8_t> bytes) {
  return make(type, std::move(shape), std::move(bytes));
}
Literal absent() { return Literal{}.as(Role::absent); }

Literal random_f32(Literal::Dims shape, uint32_t seed, float low, float high) {
  Literal out = f32(std::move(shape));
  std::vector<float> values(size_t(out.elements()));
  Lcg lcg(seed);
  for (float& v : values) v = low + (high - low) * (float(lcg.next() >> 7) / float(1 << 24));
  return f32(out.shape, std::move(values));
}
Literal random_i8(Literal::Dims s, uint32_t seed, int low, int high) {
  return random_integers<int8_t>(Type::i8, std::move(s), seed, low, high);
}
Literal random_u8(Literal::Dims s, uint32_t seed, int low, int high) {
  return random_integers<uint8_t>(Type::u8, std::move(s), seed, low, high);
}
Literal random_i16(Literal::Dims s, uint32_t seed, int low, int high) {
  return random_integers<int16_t>(Type::i16, std::move(s), seed, low, high);
}
Literal random_i32(Literal::Dims s, uint32_t seed, int low, int high) {
  return random_integers<int32_t>(Type::i32, std::move(s), seed, low, high);
}

std::string difference(const Literal& want, const Literal& got, float tolerance) {
  if (got.type != want.type) return cat("type is ", name(got.type), ", not ", name(want.type));
  if (got.shape != want.shape)
    return cat("shape is ", std::span(got.shape), ", not ", std::span(want.shape));
  if (want.type == Type::string) {
    const auto w = unpack_strings(want.bytes), g = unpack_strings(got.bytes);
    if (!w.ok() || !g.ok()) return "malformed strings";
    if (w->size() != g->size()) return cat("has ", g->size(), " strings, not ", w->size());
    for (size_t i = 0; i < w->size(); ++i)
      if ((*w)[i] != (*g)[i]) return cat("string ", i, " is '", (*g)[i], "', not '", (*w)[i], "'");
    return "";
  }
  if (got.bytes.size() != want.bytes.size())
    return cat("has ", got.bytes.size(), " bytes, not ", want.bytes.size());
  if (is_float(want.type)) return float_difference(want, got, tolerance);
  if (got.bytes == want.bytes) return "";
  const size_t size = std::max<size_t>(1, size_t(bits(want.type)) / 8);
  for (size_t i = 0; i < want.bytes.size() / size; ++i)
    if (std::memcmp(&got.bytes[i * size], &want.bytes[i * size], size) != 0)
      return cat("value ", i, " is ", integer_at(got, i), ", not ", integer_at(want, i));
  return "trailing bytes differ";
}

uint16_t to_half(float value) {
  const uint32_t b = std::bit_cast<uint32_t>(value);
  const uint16_t sign = uint16_t((b >> 16) & 0x8000);
  const uint32_t magnitude = b & 0x7fffffff;
  if (magnitude > 0x7f800000) return uint16_t(sign | 0x7e00);   // NaN
  if (magnitude >= 0x477ff000) return uint16_t(sign | 0x7c00);  // 65520 and more round to infinity
  // Scaled so that a half's last place is an integer; nearbyint rounds to even.
  const float absolute = std::bit_cast<float>(magnitude);
  if (magnitude < 0x38800000) return uint16_t(sign | uint16_t(std::nearbyint(absolute * 0x1p24f)));
  const uint32_t rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
  return uint16_t(sign | ((rounded - 0x38000000) >> 13));
}
float from_half(uint16_t half) {
  const uint32_t exponent = (half >> 10) & 31, fraction = half & 1023;
  float out = 0;
  if (exponent == 0)
    out = float(fraction) * 0x1p-24f;
  else if (exponent == 31)
    out = fraction ? NAN : INFINITY;
  else
    out = std::bit_cast<float>((exponent + 112) << 23 | fraction << 13);
  return half & 0x8000 ? -out : out;
}

}  // namespace samara::testing
