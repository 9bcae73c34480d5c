// What operators that only move elements share: the types they take, the integers they read from
// their inputs, and the errors about those.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "engine/graph/op.h"

namespace samara::ops {

/// Types whose elements are whole bytes, 1 to 16 of them: moved by size, whatever they mean.
inline constexpr Type kFixedSize[] = {Type::f32,  Type::i8,  Type::u8,      Type::i16, Type::i32,
                                      Type::i64,  Type::f16, Type::boolean, Type::c64, Type::f64,
                                      Type::bf16, Type::u16, Type::u32,     Type::u64, Type::c128};
inline constexpr Type kFixedSizeAndString[] = {
    Type::f32, Type::i8,  Type::u8,   Type::i16, Type::i32, Type::i64, Type::f16,  Type::boolean,
    Type::c64, Type::f64, Type::bf16, Type::u16, Type::u32, Type::u64, Type::c128, Type::string};
/// Besides those of whole bytes, integers of 4 and 2 bits.
inline constexpr Type kFixedSizeAndPacked[] = {
    Type::f32, Type::i8,      Type::u8,   Type::i16, Type::i32,  Type::i64,
    Type::f16, Type::boolean, Type::c64,  Type::f64, Type::bf16, Type::u16,
    Type::u32, Type::u64,     Type::c128, Type::i4,  Type::u4,   Type::i2};
inline constexpr Type kFixedSizePackedAndString[] = {
    Type::f32,     Type::i8,  Type::u8,  Type::i16,  Type::i32,   Type::i64, Type::f16,
    Type::boolean, Type::c64, Type::f64, Type::bf16, Type::u16,   Type::u32, Type::u64,
    Type::c128,    Type::i4,  Type::u4,  Type::i2,   Type::string};
/// Besides all those, for operators that keep all bytes as they are.
inline constexpr Type kAllButHandles[] = {
    Type::f32,     Type::i8,     Type::u8,  Type::i16,  Type::i32, Type::i64,      Type::f16,
    Type::boolean, Type::c64,    Type::f64, Type::bf16, Type::u16, Type::u32,      Type::u64,
    Type::c128,    Type::string, Type::i4,  Type::u4,   Type::i2,  Type::f8e4m3fn, Type::f8e5m2};

constexpr int64_t element_size(Type type) { return bits(type) / 8; }

/// An operator with one kernel for all of `types`, which are those of input number `input`.
template <class Params, auto parse, auto infer, auto run>
constexpr OpDef define_mover(const OpInfo& info, std::span<const Type> types, int input = 0) {
  OpDef d = define_op<Params, parse, infer>(info, {});
  for (size_t i = 0; i < types.size(); ++i) {
    d.kernels[i].types.type[input] = types[i];
    d.kernels[i].run = bind<Params, run>;
  }
  return d;
}

/// An error about the values of an input: the model's fault if they are constant, else the
/// caller's.
Error value_error(const Operands& n, int input, const std::string& text,
                  const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// A few integers: a shape, axes, paddings.
struct Ints {
  static constexpr int kMax = 32;
  std::array<int64_t, kMax> value{};
  int size = 0;
  int64_t operator[](int i) const { return value[size_t(i)]; }
  int64_t& operator[](int i) { return value[size_t(i)]; }
  std::span<const int64_t> span() const { return {value.data(), size_t(size)}; }
};

/// The values of input i, which must be known: integers of any size, at most Ints::kMax of them.
Result<Ints> read_ints(const Operands& n, int i);
/// The value of input i, which must be known and have one element.
Result<int64_t> read_int(const Operands& n, int i);
/// The values of input i as a shape. Errors: negative, beyond 32 bits, more than kMaxRank.
Result<Shape> read_shape(const Operands& n, int i);

/// An axis counted from the front, where negative ones count from the back: [-rank, rank).
Result<int> resolve_axis(int64_t axis, int rank);
/// As resolve_axis() for a value of input i.
Result<int> resolve_axis(const Operands& n, int i, int64_t axis, int rank);

/// All inputs are present: for operators that take any number of them.
Status all_present(const Operands& n);
/// Both unquantized, or of equal scale and zero point.
bool equally_quantized(const Tensor& a, const Tensor& b);
Status same_quantization(const Tensor& a, const Tensor& b);
/// One input, output of the same type.
Status infer_unary_type(Infer& n, int inputs);

/// Sets the output's shape; that of strings follows in run, since their bytes depend on values.
Status set_shape_or_later(Infer& n, const Tensor& out, const Shape& shape);

/// Fills `out`, whose elements are parts of bytes: element i is the input's element source(i).
void pick_packed(const Tensor& in, const Tensor& out, FunctionRef<int64_t(int64_t)> source);

/// The kernel of operators whose output has the bytes of input 0 in another shape. `shape` counts
/// for strings only.
Status copy_bytes(Run& n, const Shape& shape);

}  // namespace samara::ops
