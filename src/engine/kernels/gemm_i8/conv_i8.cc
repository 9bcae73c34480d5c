#include "engine/kernels/gemm_i8/conv_i8.h"

#include <algorithm>
#include <cstring>

#include "engine/kernels/requant/requant_kernels.h"

namespace samara::kernels {
namespace {

// A tile's left side is packed this many k at a time, and its sums kept for this many columns.
constexpr int kBlockK = 1024;
constexpr int kLeftBytes = kGemmI8MaxRows * kBlockK;
constexpr int kSumBytes = 24 * 1024;
// 16 x 8 bit products grow by 2^22 a k: so many k fit 32-bit sums.
constexpr int kWideBlockK = 504;
// A variant that makes results gets as many rows as stay in the nearest cache beside their panels.
constexpr int kNearBytes = 20 * 1024;
// So many products are worth a thread's waking.
constexpr int64_t kGrainProducts = 1 << 18;

/// to[i] = from[i] ^ flip for n <= 16, without a call: a window's row in an image of few channels.
/// Two words that overlap serve all sizes between.
template <class Word>
void copy_words(uint8_t* to, const uint8_t* from, size_t n, Word flip) {
  Word first, last;
  std::memcpy(&first, from, sizeof(Word));
  std::memcpy(&last, from + n - sizeof(Word), sizeof(Word));
  first ^= flip;
  last ^= flip;
  std::memcpy(to, &first, sizeof(Word));
  std::memcpy(to + n - sizeof(Word), &last, sizeof(Word));
}
inline void copy_few(uint8_t* to, const uint8_t* from, size_t n, uint8_t flip) {
  const uint64_t all = flip * uint64_t{0x0101010101010101};
  if (n >= 8) return copy_words<uint64_t>(to, from, n, all);
  if (n >= 4) return copy_words<uint32_t>(to, from, n, uint32_t(all));
  for (size_t i = 0; i < n; ++i) to[i] = uint8_t(from[i] ^ flip);
}

/// The work of one tile: its own buffers, and the windows that it reads.
class Tile {
 public:
  Tile(const ConvI8& c, const void* input, const void* packed, const int32_t* pads, int pad_step,
       const ByteResult* bytes, const FloatResult* floats)
      : c_(c),
        kernel_(*c.kernel),
        l_(c.layout),
        input_(static_cast<const uint8_t*>(input)),
        packed_(static_cast<const std::byte*>(packed)),
        pads_(pads),
        pad_step_(pad_step),
        bytes_(bytes),
        floats_(floats),
        flip_(left_flip(kernel_.form, c.input_u8)),
        left_size_(kernel_.form == LeftForm::s16 ? 2 : 1) {}

  void run(int group, int64_t row, int rows, int panel, int panels,
           FunctionRef<void(const SumTile&)> epilogue) {
    group_ = group;
    row_ = row;
    rows_ = rows;
    const int wide = c_.input_i16 ? 3 : 1;  // 64-bit sums lie behind the 32-bit ones
    const int block_k = c_.input_i16 ? kWideBlockK : kBlockK;
    const bool once = l_.padded_k <= block_k;
    const int block_panels =
        once && direct() ? panels : std::max(1, kSumBytes / 4 / wide / kernel_.mr / kernel_.panel);
    for (int p = 0; p < panels; p += block_panels) {
      const int count = std::min(block_panels, panels - p);
      for (int64_t k = 0; k == 0 || k < l_.padded_k; k += block_k) {
        const int part = int(std::min<int64_t>(block_k, l_.padded_k - k));
        if (p == 0 || !once) pack_left(k, part, p == 0);
        multiply(panel + p, count, k, part);
      }
      if (!direct()) finish(panel + p, count, epilogue);
    }
  }

 private:
  bool direct() const { return bytes_ || floats_; }
  void pack_left(int64_t k, int part, bool first_panels);
  /// An output pixel: its image, and where its window begins.
  struct Window {
    int64_t batch = 0, line = 0, column = 0;
  };
  void pack_window(const Window& window, int64_t k, int64_t part, uint8_t* to) const;
  int pack_short(const Window& window, int most, uint8_t* to) const;
  void pack_windows(int64_t k, int64_t real, int part);
  /// Values [real, part) of a row.
  void clear(std::byte* row, int64_t real, int64_t part) const {
    std::memset(row + size_t(real) * left_size_, 0, size_t(part - real) * left_size_);
  }
  void copy(uint8_t*& to, const uint8_t* from, size_t n) const {
    if (left_size_ == 1 && n <= 16) {
      copy_few(to, from, n, flip_);
    } else if (c_.input_i16) {
      std::memcpy(to, from, n * 2);
    } else {
      kernel_.left(to, from, n, flip_);
    }
    to += n * left_size_;
  }
  void fill_padding(uint8_t*& to, size_t n, int64_t batch) const {
    if (left_size_ == 2) {
      const int16_t value = c_.input_i16 ? 0 : int8_t(uint8_t(pads_[batch * pad_step_]) ^ flip_);
      auto* out = reinterpret_cast<int16_t*>(to);
      std::fill_n(out, n, value);
    } else {
      std::memset(to, uint8_t(pads_[batch * pad_step_]) ^ flip_, n);
    }
    to += n * left_size_;
  }
  int64_t* wide_sums(int width) {
    return reinterpret_cast<int64_t*>(sums_ + size_t(kernel_.mr) * size_t(width) * 4);
  }
  void multiply(int panel, int count, int64_t k, int part);
  void finish(int panel, int count, FunctionRef<void(const SumTile&)> epilogue);

  const ConvI8& c_;
  const GemmI8& kernel_;
  const PackedI8& l_;
  const uint8_t* input_;
  const std::byte* packed_;
  const int32_t* pads_;
  int pad_step_;
  const ByteResult* bytes_;
  const FloatResult* floats_;
  const RequantRows& rows_kernels_ = *requant_rows().kernels;
  uint8_t flip_;
  size_t left_size_;
  int group_ = 0, rows_ = 0;
  int64_t row_ = 0;
  const void* a_ = nullptr;
  ptrdiff_t a_stride_ = 0;
  int32_t left_sums_[kGemmI8MaxRows] = {};
  alignas(64) std::byte left_[kLeftBytes + 16];
  alignas(64) std::byte sums_[kSumBytes];
};

/// Copies values [k, k + part) of an output pixel's window.
void Tile::pack_window(const Window& window, int64_t k, int64_t part, uint8_t* to) const {
  const ConvGeometry& g = c_.geometry;
  const size_t size = c_.input_i16 ? 2 : 1;
  const int64_t channels = g.group_in_c();
  const int64_t y0 = g.y.begin(window.line), x0 = g.x.begin(window.column);
  const bool joined = g.x.dilation == 1 && g.groups == 1;
  int64_t ky = 0, kx = 0, channel = 0;
  if (k != 0) {
    const int64_t tap = k / channels;
    channel = k - tap * channels;
    ky = tap / g.x.filter;
    kx = tap - ky * g.x.filter;
  }
  while (part > 0) {
    const int64_t y = y0 + ky * g.y.dilation, x = x0 + kx * g.x.dilation;
    const bool inside = y >= 0 && y < g.y.in && x >= 0 && x < g.x.in;
    // Taps beside each other in the image lie beside each other in memory.
    int64_t taps = 1;
    if (joined && inside) taps = std::min<int64_t>(g.x.filter - kx, g.x.in - x);
    const int64_t n = std::min(part, taps * channels - channel);
    if (inside) {
      const size_t at = size_t((window.batch * g.y.in + y) * g.x.in + x) * size_t(g.in_c) +
                        size_t(group_ * channels + channel);
      copy(to, input_ + at * size, size_t(n));
    } else {
      fill_padding(to, size_t(n), window.batch);
    }
    part -= n;
    kx += taps;
    if (kx == g.x.filter) kx = 0, ++ky;
    channel = 0;
  }
}

/// Windows whose lines are at most 16 bytes, as in an image of few channels: whole vectors are copied,
/// and what is beyond a line lies under the next one's bytes, or meets weights of zero. Says how many
/// windows it did, from this one on in its row; zero where the first is not of that kind.
int Tile::pack_short(const Window& window, int most, uint8_t* to) const {
  constexpr int kWide = 16;
  const ConvGeometry& g = c_.geometry;
  const int64_t n = int64_t{g.x.filter} * g.in_c, y = g.y.begin(window.line);
  const int64_t x = g.x.begin(window.column), height = int64_t{g.y.filter - 1} * g.y.dilation;
  if (n > kWide || g.groups != 1 || g.x.dilation != 1) return 0;
  if (y < 0 || y + height >= g.y.in || x < 0 || x + g.x.filter > g.x.in) return 0;
  const int64_t pixel = (window.batch * g.y.in + y) * g.x.in + x, step = g.x.stride * g.in_c;
  // No vector may reach beyond the tensor, and no window beyond its line.
  const int64_t end = int64_t{g.batches} * g.y.in * g.x.in * g.in_c;
  const int64_t spare = end - (pixel + height * g.x.in) * g.in_c - kWide;
  if (spare < 0) return 0;
  const int64_t inside = (g.x.in - g.x.filter - x) / g.x.stride + 1;
  const int64_t count =
      std::min({inside, spare / step + 1, int64_t{most}, g.x.out - window.column});
  const uint8_t* from = input_ + pixel * g.in_c;
  const int64_t down = int64_t{g.y.dilation} * g.x.in * g.in_c;
  const uint64_t flip = flip_ * uint64_t{0x0101010101010101};
  for (int64_t i = 0; i < count; ++i, from += step, to += a_stride_) {
    for (int ky = 0; ky < g.y.filter; ++ky) {
      uint64_t word[2];
      std::memcpy(word, from + ky * down, kWide);
      word[0] ^= flip;
      word[1] ^= flip;
      std::memcpy(to + ky * n, word, kWide);
    }
  }
  return int(count);
}

void Tile::pack_windows(int64_t k, int64_t real, int part) {
  const ConvGeometry& g = c_.geometry;
  const bool whole = left_size_ == 1 && !c_.left_sums && real == l_.k;
  const int64_t line = row_ / g.x.out;
  Window w{line / g.y.out, line % g.y.out, row_ - line * g.x.out};
  for (int i = 0; i < rows_;) {
    std::byte* to = left_ + i * a_stride_;
    int done = whole ? pack_short(w, rows_ - i, reinterpret_cast<uint8_t*>(to)) : 0;
    if (done == 0) {
      done = 1;
      pack_window(w, k, real, reinterpret_cast<uint8_t*>(to));
      clear(to, real, part);
    }
    i += done;
    w.column += done;
    if (w.column < g.x.out) continue;
    w.column = 0;
    if (++w.line < g.y.out) continue;
    w.line = 0;
    ++w.batch;
  }
}

void Tile::pack_left(int64_t k, int part, bool first_panels) {
  const ConvGeometry& g = c_.geometry;
  const int64_t real = std::min<int64_t>(part, l_.k - k);
  const bool plain = g.pointwise() && g.groups == 1;
  const size_t in_size = c_.input_i16 ? 2 : 1;
  const uint8_t* rows = plain ? input_ + size_t(row_ * l_.k + k) * in_size : nullptr;
  const bool as_is = c_.input_i16 ? true : kernel_.form != LeftForm::s16 && flip_ == 0;
  if (plain && as_is && real == part) {
    a_ = rows;
    a_stride_ = ptrdiff_t(size_t(l_.k) * in_size);
  } else {
    a_ = left_;
    a_stride_ = ptrdiff_t(size_t(part) * left_size_);
    auto* to = reinterpret_cast<uint8_t*>(left_);
    if (plain && real == part && part == l_.k) {  // rows without gaps on both sides
      copy(to, rows, size_t(rows_) * size_t(part));
    } else if (plain) {
      for (int i = 0; i < rows_; ++i, to += size_t(part - real) * left_size_)
        copy(to, rows + size_t(i) * size_t(l_.k) * in_size, size_t(real));
    } else {
      pack_windows(k, real, part);
    }
    if (plain && real < part)
      for (int i = 0; i < rows_; ++i) clear(left_ + i * a_stride_, real, part);
  }
  if (c_.left_sums && first_panels) {
    for (int i = 0; i < rows_; ++i) {
      const int32_t sum = kernel_.sum(static_cast<const std::byte*>(a_) + i * a_stride_, part);
      left_sums_[i] = int32_t(uint32_t(k == 0 ? 0 : left_sums_[i]) + uint32_t(sum));
    }
  }
}

void Tile::multiply(int panel, int count, int64_t k, int part) {
  const int64_t column = int64_t{group_} * l_.columns + int64_t{panel} * kernel_.panel;
  const int width = count * kernel_.panel;
  auto* sums = reinterpret_cast<int32_t*>(sums_);
  const int8_t* b = reinterpret_cast<const int8_t*>(packed_ + l_.weights) + column * l_.padded_k +
                    k * kernel_.panel;
  GemmI8Call call{.rows = rows_,
                  .panels = count,
                  .k = part,
                  .a = a_,
                  .a_stride = a_stride_,
                  .b = b,
                  .b_stride = ptrdiff_t(l_.padded_k * kernel_.panel),
                  .init = reinterpret_cast<const int32_t*>(packed_ + l_.init) + column,
                  .init_stride = 0,
                  .c = sums,
                  .c_stride = width};
  if (k != 0 && !c_.input_i16) {
    call.init = sums;
    call.init_stride = width;
  }
  ByteResult bytes;
  FloatResult floats;
  if (direct() && k + part == l_.padded_k) {
    const int first = panel * kernel_.panel;
    const ptrdiff_t channel = ptrdiff_t{group_} * l_.n + first;
    if (bytes_) call.bytes = &(bytes = bytes_->from(row_, channel));
    if (floats_) {
      floats = floats_->from(row_, channel);
      floats.weight_sums = floats_->weight_sums + int64_t{group_} * l_.columns + first;
      call.floats = &floats;
    }
    call.n = l_.n - first;
  }
  kernel_.run(call);
  if (!c_.input_i16) return;
  int64_t* wide = wide_sums(width);
  rows_kernels_.widen(wide, sums, size_t(rows_ * width), k != 0);
}

void Tile::finish(int panel, int count, FunctionRef<void(const SumTile&)> epilogue) {
  const int first = panel * kernel_.panel;
  const int width = count * kernel_.panel;
  epilogue({.row = row_,
            .rows = rows_,
            .channel = int64_t{group_} * l_.n + first,
            .column = int64_t{group_} * l_.columns + first,
            .n = std::min(width, l_.n - first),
            .sums = reinterpret_cast<const int32_t*>(sums_),
            .wide_sums = c_.input_i16 ? wide_sums(width) : nullptr,
            .stride = width,
            .left_sums = c_.left_sums ? left_sums_ : nullptr});
}

/// How many rows go to a variant that makes results: whole tiles, and not much more than `share`.
int64_t rows_at_once(const GemmI8& kernel, int64_t k, int64_t share) {
  const int64_t tile = kernel.mr;
  if (k > kBlockK) return tile;
  const int64_t near = std::max<int64_t>(2, kNearBytes / std::max<int64_t>(1, k) / tile) * tile;
  return std::clamp<int64_t>((share + tile - 1) / tile * tile, tile, std::min(near, 20 * tile));
}

}  // namespace

void ConvI8::run(const void* input, const void* packed, const int32_t* pads, int pad_step,
                 ThreadPool& pool, FunctionRef<void(const SumTile&)> epilogue,
                 const ByteResult* bytes, const FloatResult* floats) const {
  const int64_t pixels = geometry.out_pixels();
  if (pixels == 0 || layout.n == 0) return;
  if (!kernel->makes_results || left_sums || input_i16) bytes = nullptr, floats = nullptr;
  const int threads = pool.threads();
  const int64_t share = threads == 1 ? pixels : pixels / threads / 4;
  const int64_t mr =
      bytes || floats ? rows_at_once(*kernel, layout.padded_k, share) : int64_t{kernel->mr};
  const int64_t tiles = (pixels + mr - 1) / mr;
  const int panels = layout.columns / kernel->panel;
  // Few rows (a fully connected layer) are split by columns instead.
  int parts = 1;
  if (threads > 1 && tiles * layout.groups < 2 * threads) {
    parts = int(std::min<int64_t>(panels, (2 * threads + tiles - 1) / tiles));
  }
  const int part_panels = (panels + parts - 1) / parts;
  parts = (panels + part_panels - 1) / part_panels;
  const int64_t products = mr * part_panels * kernel->panel * std::max<int64_t>(1, layout.k);
  const size_t grain = size_t(std::max<int64_t>(1, kGrainProducts / products));
  const auto work = [&](size_t begin, size_t end) {
    Tile tile(*this, input, packed, pads, pad_step, bytes, floats);
    for (size_t i = begin; i < end; ++i) {
      const int part = int(i % size_t(parts));
      const int64_t t = int64_t(i / size_t(parts));
      const int group = int(t / tiles);
      const int64_t row = t % tiles * mr;
      const int first = part * part_panels;
      tile.run(group, row, int(std::min<int64_t>(mr, pixels - row)), first,
               std::min(part_panels, panels - first), epilogue);
    }
  };
  pool.parallel_for(size_t(tiles * layout.groups) * size_t(parts), grain, work);
}

ConvGeometry matrix_geometry(int32_t rows, int32_t k, int32_t n) {
  ConvGeometry g;
  g.y.in = g.y.out = 1;
  g.x.in = g.x.out = rows;
  g.in_c = k;
  g.out_c = n;
  return g;
}

}  // namespace samara::kernels
