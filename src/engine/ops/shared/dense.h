// The weights of recurrent layers, multiplied with a few rows at every step: ByteMatrix with bytes,
// Dense with floats. Dense weights are f32, or 8-bit with a scale (hybrid), where each row is
// quantized on its way. Serves the LSTM cells, SVDF, RNN and its sequences.
// Rules from: LiteRT tflite/kernels/internal/kernel_utils.cc,
// internal/reference/portable_tensor_utils.cc (MatrixBatchVectorMultiplyAccumulate).
#pragma once

#include "engine/graph/op.h"
#include "engine/kernels/gemm_i8/gemm_i8_kernels.h"
#include "engine/kernels/hybrid/hybrid_kernels.h"
#include "engine/ops/shared/activation.h"

namespace samara::ops {

/// So many inputs, of which those listed are there, and so many outputs.
Status check_counts(const Infer& n, int ins, int outs, std::initializer_list<int> needed);
/// Operand `index` is there, of one of the types and of this shape.
Status check_operand(const Infer& n, int index, std::initializer_list<Type> types,
                     const Shape& shape, std::string_view what);
/// The same of a state, which must be a variable tensor.
Status check_state(const Infer& n, int index, Type type, const Shape& shape);
/// Weights of floats: f32; else one finite scale > 0, or one for each of the rows where `many`, and
/// no zero point. Old converters mark signed bytes as uint8: those are read as int8.
Status check_scales(const Tensor& weights, bool many);

/// values[i] = its activation, TANH and SIGN_BIT among them.
void activate(Activation kind, float* values, size_t count);

/// int8 weights packed for the byte kernels.
struct ByteMatrix {
  const kernels::GemmI8* kernel = nullptr;
  kernels::PackedI8 layout;
  const std::byte* memory = nullptr;
};
/// Packs input `index`, a constant; `zero` is the zero point of what it is multiplied with.
Status pack_matrix(Prepare&, int index, int bias_index, int32_t zero, ByteMatrix&);
/// out[row][j] = start + sum over k of left[row][k] * weights[j][k]; left rows are depth bytes.
/// `left` and `out` are scratch: rows of padded_left_bytes() and of layout.columns values.
void multiply(const ByteMatrix&, const int8_t* rows, int32_t count, std::byte* left, int32_t* out);
int64_t padded_left_bytes(int64_t depth);
int64_t padded_columns(int64_t columns);

/// Packs several f32 matrices of `depth` columns each, inputs `first` and on, as one of all their
/// rows; `product` multiplies with it: c[m][n] = a[m][k] * packed.
Status pack_floats(Prepare& n, int first, int count, int32_t rows, int32_t depth,
                   const float** packed);
void product(const float* packed, const float* a, int64_t m, int64_t n, int64_t k, float* c,
             ThreadPool& pool, bool fused = false);

class Dense {
 public:
  /// Packs input `index`, [columns, depth], where it is constant; else every run reads it anew.
  Status prepare(Prepare& n, int index);
  /// Scratch that accumulate() needs for so many rows.
  static int64_t scratch_bytes(int64_t rows, int64_t depth, int64_t columns);
  /// out[r * step + i] += the sum over k of rows[r][k] * weights[i][k].
  void accumulate(Run& n, const float* rows, int32_t count, bool asymmetric, std::byte* scratch,
                  float* out, int64_t step) const;

 private:
  void accumulate_floats(Run& n, const float* rows, int32_t count, std::byte* scratch, float* out,
                         int64_t step) const;
  void accumulate_bytes(Run& n, const float* rows, int32_t count, bool asymmetric,
                        std::byte* scratch, float* out, int64_t step) const;

  int index_ = -1;
  const float* floats_ = nullptr;
  ByteMatrix bytes_;
};

}  // namespace samara::ops
