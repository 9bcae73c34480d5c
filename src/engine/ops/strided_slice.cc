// STRIDED_SLICE: Python's x[begin:end:stride, ..., None, i]. Builtin 45, versions 1 to 8.
//
// Each entry i of begin, end and stride handles one dimension of the input, but for those whose
// bit is set in a mask: new_axis inserts a dimension of size 1; ellipsis stands for as many
// dimensions as the other entries leave over; shrink_axis takes the one element at begin and drops
// the dimension; begin_mask and end_mask mean "from the first" and "to the last". Ellipsis beats
// new axis. With `offset`, end counts from begin.
// Rules from: LiteRT tflite/kernels/strided_slice.cc, internal/strided_slice_logic.h; but an index
// to shrink at that is out of range is an error here, where LiteRT reads beside the tensor.
#include <algorithm>
#include <limits>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  uint32_t begin = 0, end = 0, ellipsis = 0, new_axis = 0, shrink = 0;
  bool offset = false;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StridedSliceOptions>();
  const Params p{.begin = uint32_t(o.begin_mask()),
                 .end = uint32_t(o.end_mask()),
                 .ellipsis = uint32_t(o.ellipsis_mask()),
                 .new_axis = uint32_t(o.new_axis_mask()),
                 .shrink = uint32_t(o.shrink_axis_mask()),
                 .offset = o.offset()};
  if ((p.ellipsis & (p.ellipsis - 1)) != 0)
    return Error(Code::invalid_model, "ellipsis_mask has more than one bit");
  return p;
}

bool bit(uint32_t mask, int i) { return i < 32 && (mask >> i & 1) != 0; }

/// What one dimension keeps: from `first` on, `count` elements, `stride` apart.
struct Part {
  int64_t first = 0, count = 0;
};

/// The one element of a dimension that is dropped.
Result<Part> single(const Params& p, const Operands& n, int entry, int64_t size, int64_t begin,
                    int64_t stride) {
  int64_t at = begin < 0 ? begin + size : begin;
  if (bit(p.begin, entry)) at = stride > 0 ? 0 : size - 1;
  if (at >= 0 && at < size) return Part{at, 1};
  return value_error(n, 1, cat("index ", begin, " is out of range for a dimension of size ", size));
}

Part several(const Params& p, int entry, int64_t size, int64_t begin, int64_t end, int64_t stride) {
  const bool forward = stride > 0;
  const int64_t low = forward ? 0 : -1, high = forward ? size : size - 1;
  int64_t first = std::clamp(begin < 0 ? begin + size : begin, low, high);
  if (bit(p.begin, entry)) first = forward ? 0 : size - 1;
  int64_t last = end;
  if (p.offset) {
    last += first;
  } else if (last < 0) {
    last += size;
  }
  last = std::clamp(last, low, high);
  if (bit(p.end, entry)) last = forward ? size : -1;
  const int64_t way = forward ? last - first : first - last;
  return {first, way <= 0 ? 0 : (way - 1) / std::abs(stride) + 1};
}

Result<Part> part(const Params& p, const Operands& n, int entry, int64_t size, int64_t begin,
                  int64_t end, int64_t stride) {
  if (stride == 0) return value_error(n, 3, "a stride of 0");
  if (bit(p.shrink, entry)) return single(p, n, entry, size, begin, stride);
  return several(p, entry, size, begin, end, stride);
}

Result<View> view(const Params& p, const Operands& n) {
  const Shape& in = n.in(0).shape;
  TRY_SET(const Ints begin, read_ints(n, 1));
  TRY_SET(const Ints end, read_ints(n, 2));
  TRY_SET(const Ints stride, read_ints(n, 3));
  const auto step = strides(in);
  int taken = 0;  // dimensions of the input that entries name
  for (int i = 0; i < begin.size; ++i)
    if (!bit(p.ellipsis, i) && !bit(p.new_axis, i)) ++taken;
  if (taken > in.rank()) return Error(Code::invalid_model, cat(taken, " indices for ", in.text()));
  View out;
  int axis = 0;
  const auto keep = [&](int64_t first, int64_t count, int64_t pace) {
    out.base += count > 0 ? first * step[size_t(axis)] : 0;
    out.push(int32_t(count), pace * step[size_t(axis)]);
    ++axis;
  };
  for (int i = 0; i < begin.size; ++i) {
    if (bit(p.ellipsis, i)) {
      for (int left = in.rank() - taken; left > 0; --left) keep(0, in[axis], 1);
    } else if (bit(p.new_axis, i)) {
      if (out.shape.rank() == kMaxRank) return Error(Code::unsupported, "more than 8 dimensions");
      out.push(1, 0);
    } else {
      TRY_SET(const Part r, part(p, n, i, in[axis], begin[i], end[i], stride[i]));
      if (bit(p.shrink, i)) {
        out.base += r.first * step[size_t(axis++)];
      } else {
        keep(r.first, r.count, stride[i]);
      }
    }
  }
  while (axis < in.rank()) keep(0, in[axis], 1);
  return out;
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 4));
  for (const int i : {1, 2, 3}) {
    TRY(n.has_type(n.in(i), {Type::i32}));
    TRY(n.has_rank(n.in(i), 1));
    if (n.in(i).shape != n.in(1).shape)
      return Error(Code::invalid_model, "begin, end and strides have different lengths");
  }
  if (!n.known(1) || !n.known(2) || !n.known(3)) return n.defer();
  TRY_SET(const View v, view(p, n));
  return set_shape_or_later(n, n.out(0), v.shape);
}

Status run(const Params& p, Run& n) {
  TRY_SET(const View v, view(p, n));
  return copy_view(n, 0, v);
}

}  // namespace

extern constinit const OpDef strided_slice = define_mover<Params, parse, infer, run>(
    {.name = "STRIDED_SLICE", .code = 45, .versions = {1, 8}}, kFixedSizeAndString);

}  // namespace samara::ops
