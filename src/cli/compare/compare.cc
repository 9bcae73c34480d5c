#include "cli/compare/compare.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "base/text.h"

namespace samara::cli {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

size_t elements(const Recorded& r) {
  size_t n = 1;
  for (const int32_t dim : r.shape) n *= size_t(dim);
  return n;
}

/// A tensor's numbers, as stored or as real values.
class Numbers {
 public:
  Numbers(const Recorded& r, bool real) : r_(r), real_(real && !r.quant.scales.empty()) {}
  double operator[](size_t i) const {
    const double stored = r_.read(r_.data.data(), i);
    return real_ ? r_.quant.real(stored, r_.quant.channel(r_.shape, i)) : stored;
  }

 private:
  const Recorded& r_;
  bool real_;
};

/// Whether number i has the same bytes on both sides: 64-bit integers are more than a double holds.
bool same_bytes(const Recorded& a, const Recorded& b, size_t i) {
  return std::memcmp(a.data.data() + 8 * i, b.data.data() + 8 * i, 8) == 0;
}

double error_of(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const double error = std::fabs(b - a);
  return std::isnan(error) ? kInfinity : error;
}

std::string why_incomparable(const Recorded& a, const Recorded& b) {
  if (a.shape != b.shape)
    return cat("shapes differ: ", std::span(a.shape), " and ", std::span(b.shape));
  if (!a.read || !b.read || numbers_per_element(a.type) != numbers_per_element(b.type))
    return cat("types differ: ", name(a.type), " and ", name(b.type));
  return "";
}

/// What errors are measured by.
struct Extent {
  double range = 1;   // most - least, else the size of the one value, else 1
  double signal = 0;  // the sum of squares
};

Extent extent_of(const Numbers& numbers, size_t count) {
  Extent out;
  double least = kInfinity, most = -kInfinity;
  for (size_t i = 0; i < count; ++i) {
    const double x = numbers[i];
    if (!std::isfinite(x)) continue;
    least = std::min(least, x);
    most = std::max(most, x);
    out.signal += x * x;
  }
  if (most > least) out.range = std::min(most - least, std::numeric_limits<double>::max());
  if (most == least && most != 0) out.range = std::fabs(most);
  return out;
}

void fill_histogram(const Numbers& a, const Numbers& b, Difference& d) {
  for (size_t i = 0; i < d.numbers; ++i) {
    const double error = error_of(a[i], b[i]);
    if (!std::isfinite(error)) continue;
    const double place = d.largest > 0 && error > 0 ? (b[i] - a[i]) / d.largest : 0;  // -1 to 1
    const size_t bin = size_t((place + 1) / 2 * double(Difference::kBins));
    ++d.histogram[std::min(bin, Difference::kBins - 1)];
  }
}

}  // namespace

std::vector<Pair> match(const Recording& a, const Recording& b) {
  std::map<std::string_view, std::vector<const Recorded*>> named;  // of b, the last one first
  for (auto r = b.rbegin(); r != b.rend(); ++r)
    if (!r->name.empty()) named[r->name].push_back(&*r);
  std::vector<Pair> pairs;
  std::vector<bool> taken(b.size());
  for (const Recorded& r : a) {
    Pair pair{&r, nullptr};
    if (const auto found = named.find(r.name); found != named.end() && !found->second.empty()) {
      pair.b = found->second.back();
      found->second.pop_back();
      taken[size_t(pair.b - b.data())] = true;
    }
    pairs.push_back(pair);
  }
  for (size_t i = 0; i < pairs.size() && i < b.size(); ++i) {
    if (pairs[i].b || taken[i] || pairs[i].a->shape != b[i].shape) continue;
    pairs[i].b = &b[i];
    taken[i] = true;
  }
  for (size_t i = 0; i < b.size(); ++i)
    if (!taken[i]) pairs.push_back({nullptr, &b[i]});
  return pairs;
}

Difference difference(const Recorded& a, const Recorded& b) {
  Difference d;
  d.incomparable = why_incomparable(a, b);
  if (!d.incomparable.empty()) return d;
  d.real = a.type != b.type || a.quant != b.quant;
  d.numbers = elements(a) * numbers_per_element(a.type);
  const bool wide = !d.real && (a.type == Type::i64 || a.type == Type::u64);
  const Numbers in_a(a, d.real), in_b(b, d.real);
  double noise = 0;
  for (size_t i = 0; i < d.numbers; ++i) {
    const double x = in_a[i], y = in_b[i], error = error_of(x, y);
    if (error == 0 && (!wide || same_bytes(a, b, i))) continue;
    noise += error * error;
    if (std::isfinite(error)) d.largest = std::max(d.largest, error);
    if (d.unequal++ > 0 && error <= d.max_error) continue;
    d.max_error = error;
    d.worst = i;
    d.worst_a = x;
    d.worst_b = y;
  }
  const Extent extent = extent_of(in_a, d.numbers);
  d.range = extent.range;
  d.snr_db = noise == 0 ? kInfinity : 10 * std::log10(extent.signal / noise);
  fill_histogram(in_a, in_b, d);
  return d;
}

std::string place_of(std::span<const int32_t> shape, size_t i) {
  std::vector<size_t> place(shape.size());
  for (size_t d = shape.size(); d-- > 0;) {
    place[d] = i % size_t(shape[d]);
    i /= size_t(shape[d]);
  }
  return cat(std::span<const size_t>(place));
}

}  // namespace samara::cli
