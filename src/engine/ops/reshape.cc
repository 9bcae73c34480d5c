// RESHAPE: the same elements in another shape; one dimension may be -1 and follows from the rest.
// Builtin 22, version 1. Rules from: LiteRT tflite/kernels/reshape.cc (the shape is input 1 where
// that is an int32 vector, else the option new_shape, in which [0] means a scalar).
#include <optional>

#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  Ints new_shape;
};

Result<Params> parse(const OpView& v) {
  Params p;
  const auto* shape = v.options<fb::ReshapeOptions>().new_shape();
  if (shape == nullptr) return p;
  if (shape->size() > kMaxRank)
    return Error(Code::unsupported, cat("new_shape has rank ", shape->size()));
  for (const int32_t d : *shape) p.new_shape[p.new_shape.size++] = d;
  if (p.new_shape.size == 1 && p.new_shape[0] == 0) p.new_shape.size = 0;
  return p;
}

bool from_input(const Operands& n) {
  return n.inputs() == 2 && n.has(1) && n.in(1).type == Type::i32 && n.in(1).shape.rank() == 1;
}

/// The product of some dimensions, and of those that are not 0.
struct Products {
  int64_t all = 1, but_zeros = 1;
  /// False on overflow.
  bool take(int64_t d) {
    const auto next = checked_mul(but_zeros, d == 0 ? 1 : d);
    if (!next) return false;
    but_zeros = *next;
    all = all == 0 || d == 0 ? 0 : but_zeros;
    return true;
  }
};

/// The size of the dimension given as -1, where `known` is of the others. Beside a dimension of 0 any
/// size would do: it follows from the dimensions that are not 0.
std::optional<int64_t> unknown_size(const Shape& in, const Products& known) {
  Products whole;
  for (const int32_t d : in.dims())
    if (!whole.take(d)) return std::nullopt;
  return known.all != 0 ? whole.all / known.all : whole.but_zeros / known.but_zeros;
}

/// `dims` with a -1 replaced, for a tensor of the input's shape.
Result<Shape> resolve(const Operands& n, const Ints& dims) {
  const Tensor& in = n.in(0);
  const auto mismatch = [&] {
    const std::string text = cat("cannot reshape ", in.shape.text(), ", ", in.shape.elements(),
                                 " elements, to ", dims.span());
    return from_input(n) ? value_error(n, 1, text) : Error(Code::invalid_model, text);
  };
  if (dims.size > kMaxRank) return mismatch();
  int unknown = -1;
  Products known;
  for (int i = 0; i < dims.size; ++i) {
    if (dims[i] == -1 && unknown < 0) {
      unknown = i;
    } else if (dims[i] < 0 || !known.take(dims[i])) {
      return mismatch();
    }
  }
  Ints out = dims;
  if (unknown >= 0) {
    const auto size = unknown_size(in.shape, known);
    if (!size || !known.take(*size)) return mismatch();
    out[unknown] = *size;
  }
  if (known.all != in.shape.elements()) return mismatch();
  Shape shape;
  for (const int64_t d : out.span()) {
    if (!narrow<int32_t>(d)) return mismatch();
    shape.push(int32_t(d));
  }
  return shape;
}

Result<Shape> output_shape(const Params& p, const Operands& n) {
  if (!from_input(n)) return resolve(n, p.new_shape);
  if (n.in(1).shape.elements() > kMaxRank)
    return Error(Code::unsupported, cat("the new shape has rank ", n.in(1).shape.elements()));
  TRY_SET(const Ints dims, read_ints(n, 1));
  return resolve(n, dims);
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, 2, 1));
  TRY(n.same_type(n.in(0), n.out(0)));
  if (from_input(n) && !n.known(1)) return n.defer();
  TRY_SET(const Shape shape, output_shape(p, n));
  return set_shape_or_later(n, n.out(0), shape);
}

Status run(const Params& p, Run& n) {
  if (n.out(0).type != Type::string) return copy_bytes(n, n.out(0).shape);
  TRY_SET(const Shape shape, output_shape(p, n));
  return copy_bytes(n, shape);
}

}  // namespace

extern constinit const OpDef reshape = define_mover<Params, parse, infer, run>(
    {.name = "RESHAPE", .code = 22, .versions = {1, 1}, .in_place = 1}, kAllButHandles);

}  // namespace samara::ops
