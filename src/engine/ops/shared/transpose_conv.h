// Transposed convolutions as ordinary ones. Output pixels that are `stride` apart read the input
// through the same taps of the filter, so each residue of the position by the stride is a
// convolution of stride 1 with a part of the filter, mirrored: its terms come in the order in which
// LiteRT's reference kernels scatter them, and its matrix product is CONV_2D's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/graph/op.h"
#include "engine/kernels/conv_geometry.h"
#include "engine/ops/shared/integer_layer.h"

namespace samara::ops {

/// One axis: input position i reaches output positions i * stride - before + [0, filter).
struct TransposeAxis {
  int32_t in = 0, filter = 1, stride = 1, out = 0, before = 0;
};

struct TransposeGeometry {
  int32_t batches = 1, in_c = 1, out_c = 1;
  TransposeAxis y, x;
  /// The input's pixels and the filter [out_c][h][w][in_c] are checked and set; `out` and `before`
  /// are left to the caller. Errors: invalid_model
  Status set(const Shape& in, const Shape& filter, int32_t stride_h, int32_t stride_w);
};

class SubConvolutions {
 public:
  struct Part {
    kernels::ConvGeometry geometry = {};  // out is 0 where no output pixel is of this residue
    int32_t y = 0, x = 0;                 // its first output pixel; the next are a stride away
    int64_t weights = 0;            // where its filter begins in the rearranged one, in elements
    int64_t at = 0;                 // where its packed filter begins, in bytes
    kernels::PackedI8 layout = {};  // of that, in integer layers
  };
  /// Errors: unsupported where there are very many parts.
  Status resolve(const TransposeGeometry& g);
  std::span<Part> parts() { return parts_; }
  std::span<const Part> parts() const { return parts_; }
  const TransposeGeometry& geometry() const { return g_; }
  /// Output pixels that no tap reaches: the stride is larger than the filter.
  bool has_gaps() const { return g_.y.stride > g_.y.filter || g_.x.stride > g_.x.filter; }
  /// Elements of the largest part of the output; 0 where the only part is the output itself.
  int64_t most_part_elements() const;
  /// The filter's elements part by part, each part's as an ordinary filter.
  void rearrange(const std::byte* filter, size_t element, std::byte* out) const;
  /// Moves a finished part's pixels of `bytes` each to their places.
  void place(const Part& part, const std::byte* from, size_t bytes, std::byte* out,
             ThreadPool& pool) const;
  /// Makes all pixels of the output equal to the first.
  void repeat_first(size_t bytes, std::byte* out, ThreadPool& pool) const;

 private:
  TransposeGeometry g_;
  std::vector<Part> parts_;
};

/// What float and integer layers share: packed forms of all parts, and where a part's output goes.
/// Scratch slots 0 (packed weights), 3 (a part of the output), and of the rearranged filter 1 in
/// float layers, 4 in others.
class TransposeLayer {
 public:
  SubConvolutions subs;

  /// The sizes of packed parts are known: `bytes` in all.
  Status infer(Infer& n, LayerInputs at, int64_t bytes) const;
  /// Packs at once what is constant. `pack(part, rearranged filter of the part, memory)`.
  using Pack = FunctionRef<void(const SubConvolutions::Part&, const std::byte*, std::byte*)>;
  Status prepare(Prepare& n, LayerInputs at, int64_t bytes, Pack pack);
  /// Runs `compute(part, packed weights of the part, memory for its output)` for each part; before,
  /// where there are gaps, `fill(first pixel)`. The output goes to `out`, of floats or bytes.
  void run(Run& n, LayerInputs at, std::byte* out, Pack pack,
           FunctionRef<void(const SubConvolutions::Part&, const std::byte*, std::byte*)> compute,
           FunctionRef<void(std::byte*)> fill) const;

 private:
  const std::byte* packed_ = nullptr;
};

/// The float layer, of TRANSPOSE_CONV and its relatives. Operands may be halves (floats.h).
class TransposeF32 {
 public:
  Status infer(Infer& n, LayerInputs at, const TransposeGeometry& g);
  Status prepare(Prepare& n, LayerInputs at, const TransposeGeometry& g);
  void run(Run& n, LayerInputs at, Range<float> range) const;

 private:
  Result<int64_t> resolve(const TransposeGeometry& g);
  TransposeLayer layer_;
};

}  // namespace samara::ops
