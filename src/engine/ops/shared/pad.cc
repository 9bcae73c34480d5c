#include "engine/ops/shared/pad.h"

#include <algorithm>
#include <cstring>

namespace samara::ops {
namespace {

constexpr int64_t kGrainBytes = 64 * 1024;

/// Copies of a value of 1 to 16 bytes.
class Filler {
 public:
  Filler(const std::byte* value, int64_t size) : size_(size) {
    for (int64_t i = 0; i < int64_t(sizeof(pattern_)); ++i) pattern_[i] = value[i % size];
    uniform_ = std::all_of(pattern_, pattern_ + sizeof pattern_,
                           [&](std::byte b) { return b == pattern_[0]; });
  }
  void fill(std::byte* to, int64_t elements) const {
    int64_t bytes = elements * size_;
    if (uniform_) {
      if (bytes > 0) std::memset(to, int(pattern_[0]), size_t(bytes));
      return;
    }
    for (; bytes > 0; bytes -= int64_t(sizeof pattern_), to += sizeof pattern_)
      std::memcpy(to, pattern_, std::min(sizeof pattern_, size_t(bytes)));
  }

 private:
  std::byte pattern_[16];  // the value repeated: 16 is a multiple of every element's size
  int64_t size_;
  bool uniform_ = false;
};

}  // namespace

int64_t Padding::rows() const {
  int64_t n = 1;
  for (int i = 0; i < rank - 1; ++i) n *= dims[size_t(i)].total();
  return n;
}

Result<Shape> padded_shape(const Operands& n) {
  const Shape& in = n.in(0).shape;
  TRY_SET(const Ints pads, read_ints(n, 1));
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    const int64_t before = pads[2 * i], after = pads[2 * i + 1];
    if (before < 0 || after < 0)
      return value_error(n, 1,
                         cat("padding ", before, ", ", after, " of dimension ", i, " is negative"));
    const auto both = checked_add(before, after);
    const auto total = both ? checked_add<int64_t>(*both, in[i]) : both;
    if (!total || !narrow<int32_t>(*total))
      return value_error(
          n, 1, cat("padding ", before, ", ", after, " of dimension ", i, " is too large"));
    out.push(int32_t(*total));
  }
  return out;
}

Result<Padding> padding(const Operands& n) {
  const Shape& in = n.in(0).shape;
  TRY_SET(const Ints pads, read_ints(n, 1));
  Padding out;
  // From the last dimension to the first; one without padding joins what is inside it.
  int64_t inside = 1;
  bool open = true;  // nothing with padding yet
  std::array<Padding::Dim, kMaxRank> reversed{};
  int count = 0;
  for (int i = in.rank() - 1; i >= 0; --i) {
    const Padding::Dim d{pads[2 * i], in[i], pads[2 * i + 1]};
    const bool padded = d.before != 0 || d.after != 0;
    if (open && !padded) {
      inside *= d.size;
    } else if (open) {
      open = false;
      out.inner = inside;
      reversed[size_t(count++)] = d;
    } else if (!padded && count > 1 && reversed[size_t(count - 1)].before == 0 &&
               reversed[size_t(count - 1)].after == 0) {
      reversed[size_t(count - 1)].size *= d.size;
    } else {
      reversed[size_t(count++)] = d;
    }
  }
  if (count == 0) reversed[size_t(count++)] = {0, inside, 0};
  std::reverse_copy(reversed.begin(), reversed.begin() + count, out.dims.begin());
  out.rank = count;
  return out;
}

Status infer_padding(Infer& n, int inputs) {
  TRY(infer_unary_type(n, inputs));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64, Type::i16, Type::i8, Type::boolean}));
  if (n.in(1).shape != Shape{n.in(0).shape.rank(), 2})
    return Error(Code::invalid_model, cat("paddings has shape ", n.in(1).shape.text(), " for '",
                                          n.in(0).name, "' of rank ", n.in(0).shape.rank()));
  return ok();
}

Status run_pad(Run& n, const std::byte* value) {
  TRY_SET(const Padding p, padding(n));
  const int64_t size = element_size(n.in(0).type);
  const Filler filler(value, size);
  const Padding::Dim last = p.dims[size_t(p.rank - 1)];
  const int64_t row = p.row_elements() * size;
  const int64_t copied = last.size * p.inner * size;
  const std::byte* from = n.in(0).data;
  std::byte* to = n.out(0).data;
  if (row == 0) return ok();
  const auto pad_rows = [&](size_t begin, size_t end) {
    for (auto r = int64_t(begin); r < int64_t(end); ++r) {
      int64_t rest = r, source = 0, step = 1;
      bool inside = copied > 0;
      for (int i = p.rank - 2; i >= 0; --i) {
        const Padding::Dim& d = p.dims[size_t(i)];
        const int64_t at = rest % d.total() - d.before;
        rest /= d.total();
        inside = inside && at >= 0 && at < d.size;
        source += at * step;
        step *= d.size;
      }
      std::byte* t = to + r * row;
      if (!inside) {
        filler.fill(t, p.row_elements());
        continue;
      }
      filler.fill(t, last.before * p.inner);
      t += last.before * p.inner * size;
      std::memcpy(t, from + source * copied, size_t(copied));
      filler.fill(t + copied, last.after * p.inner);
    }
  };
  const auto rows = size_t(p.rows());
  n.pool().parallel_for(rows, size_t(std::max<int64_t>(1, kGrainBytes / row)), pad_rows);
  return ok();
}

}  // namespace samara::ops
