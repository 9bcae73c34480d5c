// Discrete Fourier transforms of power-of-two length, in double. No heap; tables are the caller's.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace samara::ops {

struct Complex {
  double re = 0, im = 0;
  friend Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
  friend Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
  friend Complex operator*(Complex a, Complex b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
};

/// e^(-2 pi i k / n) for k in [0, n / 2): serves every transform whose length divides n.
inline std::vector<Complex> twiddles(int32_t n) {
  std::vector<Complex> table(size_t(n / 2 + 1));
  for (size_t k = 0; k < table.size(); ++k) {
    const double angle = -2 * M_PI * double(k) / n;
    table[k] = {std::cos(angle), std::sin(angle)};
  }
  return table;
}

/// In place, decimation in time after Cooley and Tukey (1965). `table` is twiddles(n) with data.size()
/// dividing n.
inline void fft(std::span<Complex> data, std::span<const Complex> table, int32_t n) {
  const size_t count = data.size();
  for (size_t i = 1, j = 0; i < count; ++i) {  // bit reversal
    size_t bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(data[i], data[j]);
  }
  for (size_t half = 1; half < count; half *= 2) {
    const size_t step = size_t(n) / (2 * half);
    for (size_t start = 0; start < count; start += 2 * half) {
      for (size_t k = 0; k < half; ++k) {
        const Complex odd = data[start + k + half] * table[k * step];
        const Complex even = data[start + k];
        data[start + k] = even + odd;
        data[start + k + half] = even - odd;
      }
    }
  }
}

/// Of `n` real values packed as n / 2 complex ones (even, odd) in data[0 .. n / 2), n >= 2: leaves
/// the n / 2 + 1 non-negative frequencies in data. `table` is twiddles(n).
/// Split of the half-length transform: Press et al., Numerical Recipes 12.3.
inline void real_fft(std::span<Complex> data, std::span<const Complex> table, int32_t n) {
  const size_t half = size_t(n / 2);
  fft(data.first(half), table, n);
  data[half] = data[0];
  for (size_t k = 0; k <= half / 2; ++k) {
    const Complex a = data[k], b = data[half - k];
    const auto bin = [&](Complex z, Complex mirrored, size_t at) {
      const Complex even{(z.re + mirrored.re) / 2, (z.im - mirrored.im) / 2};
      const Complex odd{(z.im + mirrored.im) / 2, (mirrored.re - z.re) / 2};
      return even + table[at] * odd;
    };
    const Complex low = bin(a, b, k), high = bin(b, a, half - k);
    data[k] = low;
    data[half - k] = high;
  }
}

}  // namespace samara::ops
