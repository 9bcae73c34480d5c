// STABLEHLO_DOT_GENERAL: sums of products along the contracting dimensions of two tensors, one for each
// element of the batching dimensions that they share and of the dimensions that each has besides, in
// this order. Builtin 197. LiteRT has no kernel; rules from the StableHLO specification (dot_general).
#include <algorithm>

#include "engine/ops/shared/strided_copy.h"
#include "engine/ops/shared/sum_of_products.h"

namespace samara::ops {
namespace {

struct Params {
  Ints batch[2], contracting[2];  // dimensions of each side
};

/// Scratch: offsets of elements of a side along its batching, contracting and own dimensions.
constexpr int kBatch = 0, kContracting = 2, kOwn = 4;

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloDotGeneralOptions>();
  Params p;
  TRY_SET(p.batch[0], option_ints(o.lhs_batching_dimensions(), "lhs_batching_dimensions"));
  TRY_SET(p.batch[1], option_ints(o.rhs_batching_dimensions(), "rhs_batching_dimensions"));
  TRY_SET(p.contracting[0],
          option_ints(o.lhs_contracting_dimensions(), "lhs_contracting_dimensions"));
  TRY_SET(p.contracting[1],
          option_ints(o.rhs_contracting_dimensions(), "rhs_contracting_dimensions"));
  return p;
}

Ints own_dims(const Params& p, int side, int rank) {
  Ints out;
  for (int d = 0; d < rank; ++d)
    if (!contains(p.batch[side], d) && !contains(p.contracting[side], d)) out[out.size++] = d;
  return out;
}

int64_t elements(const Shape& shape, const Ints& dims) {
  int64_t n = 1;
  for (const int64_t d : dims.span()) n *= shape[int(d)];
  return n;
}

/// Two lists of dimensions of equal sizes.
Status check_pairs(const Operands& n, const Ints& lhs, const Ints& rhs, const char* what) {
  bool fits = lhs.size == rhs.size;
  for (int i = 0; fits && i < lhs.size; ++i)
    fits = n.in(0).shape[int(lhs[i])] == n.in(1).shape[int(rhs[i])];
  if (fits) return ok();
  return Error(Code::invalid_model,
               cat("the ", what, " dimensions ", lhs.span(), " of ", n.in(0).shape.text(), " and ",
                   rhs.span(), " of ", n.in(1).shape.text(), " do not have equal sizes"));
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(check_product_types(n));
  for (const int side : {0, 1}) {
    Ints both = p.batch[side];
    const Ints& contracting = p.contracting[side];
    if (both.size + contracting.size > Ints::kMax)
      return Error(Code::invalid_model, "has more dimensions than there can be");
    for (const int64_t d : contracting.span()) both[both.size++] = d;
    TRY(check_dims(both, side == 0 ? "lhs dimensions" : "rhs dimensions", n.in(side).shape.rank()));
  }
  TRY(check_pairs(n, p.batch[0], p.batch[1], "batching"));
  TRY(check_pairs(n, p.contracting[0], p.contracting[1], "contracting"));
  Ints dims;
  for (const int64_t d : p.batch[0].span()) dims[dims.size++] = n.in(0).shape[int(d)];
  const bool empty = elements(n.in(0).shape, p.contracting[0]) == 0 ||
                     n.in(0).shape.elements() == 0 || n.in(1).shape.elements() == 0;
  for (const int side : {0, 1}) {
    const Shape& in = n.in(side).shape;
    const Ints own = own_dims(p, side, in.rank());
    for (const int64_t d : own.span()) dims[dims.size++] = in[int(d)];
    // Without products there is nothing to find; and a dimension beside one of 0 may be of any size.
    const auto bytes = [&](const Ints& list) {
      return empty ? 0 : elements(in, list) * int64_t(sizeof(int64_t));
    };
    TRY(n.scratch(kBatch + side, bytes(p.batch[side])));
    TRY(n.scratch(kContracting + side, bytes(p.contracting[side])));
    TRY(n.scratch(kOwn + side, bytes(own)));
  }
  if (dims.size > kMaxRank)
    return Error(Code::unsupported, cat("gives rank ", dims.size, ", at most ", kMaxRank));
  Shape out;
  for (const int64_t d : dims.span()) out.push(int32_t(d));
  return n.set_shape(n.out(0), out);
}

/// The offsets of all elements along some dimensions of a tensor, the last fastest.
std::span<const int64_t> offsets(const Run& n, int slot, const Shape& shape, const Ints& dims) {
  const std::span<std::byte> memory = n.scratch(slot);
  const std::span<int64_t> out{reinterpret_cast<int64_t*>(memory.data()),
                               memory.size() / sizeof(int64_t)};
  const auto step = strides(shape);
  for (size_t i = 0; i < out.size(); ++i) {
    auto rest = int64_t(i);
    out[i] = 0;
    for (int k = dims.size - 1; k >= 0; --k) {
      const auto d = int(dims[k]);
      out[i] += rest % shape[d] * step[size_t(d)];
      rest /= shape[d];
    }
  }
  return out;
}

struct Side {
  std::span<const int64_t> batch, contracting, own;
};

struct Kernel {
  template <class T>
  static Status run(const Params& p, Run& n) {
    Side sides[2];
    for (const int i : {0, 1}) {
      const Shape& in = n.in(i).shape;
      sides[i] = {offsets(n, kBatch + i, in, p.batch[i]),
                  offsets(n, kContracting + i, in, p.contracting[i]),
                  offsets(n, kOwn + i, in, own_dims(p, i, in.rank()))};
    }
    // Named, not a structured binding: clang 14 cannot capture those.
    const auto &lhs = sides[0], &rhs = sides[1];
    const auto depth = int64_t(lhs.contracting.size());
    const auto rows = int64_t(lhs.own.size()), cols = int64_t(rhs.own.size());
    const T *x = n.in_data<T>(0), *y = n.in_data<T>(1);
    const Tensor& out = n.out(0);
    const auto fill = [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        SumOf<T> sum = 0;
        if (depth > 0) {
          const int64_t batch = i / cols / rows;
          const T* a = x + lhs.batch[size_t(batch)] + lhs.own[size_t(i / cols % rows)];
          const T* b = y + rhs.batch[size_t(batch)] + rhs.own[size_t(i % cols)];
          for (int64_t k = 0; k < depth; ++k)
            sum += product<T>(a[lhs.contracting[size_t(k)]], b[rhs.contracting[size_t(k)]]);
        }
        store_sum<T>(out, i, sum);
      }
    };
    for_elements(n.pool(), out.shape.elements(), fill, std::clamp<int64_t>(depth, 1, kGrain));
    return ok();
  }
};

}  // namespace

extern constinit const OpDef stablehlo_dot_general = define_typed<Params, parse, infer, Kernel>(
    {.name = "STABLEHLO_DOT_GENERAL", .code = 197}, kNumbers);

}  // namespace samara::ops
