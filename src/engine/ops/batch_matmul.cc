// BATCH_MATMUL: lhs [..., rows, depth] times rhs [..., depth, cols]; adj_x and adj_y say that the
// last two dimensions of lhs or rhs are stored the other way round. The dimensions before them are
// broadcast. Builtin 126.
// Types: f32, f16 and bf16, mixed with f32; i8 to i8 or, without zero points and scales, to i32; i16 with i16 or i8; f32 with an
// i8 rhs (hybrid, rows of lhs quantized one by one).
// Rules from: LiteRT tflite/kernels/batch_matmul.cc, internal/reference/batch_matmul.h. Integer
// results are rounded twice; the factor is a float product of the scales.
#include <algorithm>
#include <array>
#include <limits>

#include "engine/graph/op.h"
#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"
#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/broadcast.h"
#include "engine/ops/shared/floats.h"
#include "engine/ops/shared/integer_layer.h"
#include "engine/ops/shared/window.h"

namespace samara::ops {
namespace {

constexpr LayerInputs kInputs{.takes = LayerInputs::Takes::product};

struct Params {
  bool adj_x = false, adj_y = false, asymmetric = false;
};

/// The products: of `batches` matrices each, broadcast along `batch`.
struct Sizes {
  int32_t rows = 0, depth = 0, cols = 0;
  Shape batch = {};
  int64_t lhs_batches = 1, rhs_batches = 1;
  bool empty() const { return rows == 0 || cols == 0 || batch.elements() == 0; }
};

struct State {
  Sizes sizes;
  std::array<int64_t, kMaxRank> lhs_step{}, rhs_step{};  // in matrices, by dimension of batch
  int64_t packed_bytes = 0;                              // of one rhs matrix
  const std::byte* packed = nullptr;  // all rhs matrices, where they are constant
  IntegerLayer layer;
  kernels::ConvI8 matrix;
  kernels::PackI8 how;
  kernels::Multiplier multiplier;  // i16 times i16
  bool fused = false;              // hybrid, as XNNPACK rounds
};

// Scratch slots.
constexpr int kPackedRhs = 0, kLhsRows = 1, kQuantRows = 2, kRowQuants = 3;

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::BatchMatMulOptions>();
  return Params{o.adj_x(), o.adj_y(), o.asymmetric_quantize_inputs()};
}

/// Bytes of an element as the product reads it: halves are floats by then.
int64_t element_bytes(const Tensor& t) { return is_half(t.type) ? 4 : bits(t.type) / 8; }

Shape batch_dims(const Shape& s) { return Shape(s.dims().first(size_t(s.rank()) - 2)); }

Result<Sizes> sizes_of(const Params& p, const Operands& n) {
  const Shape& lhs = n.in(0).shape;
  const Shape& rhs = n.in(1).shape;
  if (lhs.rank() < 2 || rhs.rank() < 2)
    return Error(Code::invalid_model, cat("operands of shapes ", lhs.text(), " and ", rhs.text(),
                                          " must have at least 2 dimensions"));
  const int32_t lhs_last = lhs.back(), lhs_before = lhs[lhs.rank() - 2];
  const int32_t rhs_last = rhs.back(), rhs_before = rhs[rhs.rank() - 2];
  Sizes s{.rows = p.adj_x ? lhs_last : lhs_before,
          .depth = p.adj_x ? lhs_before : lhs_last,
          .cols = p.adj_y ? rhs_before : rhs_last};
  if (s.depth != (p.adj_y ? rhs_last : rhs_before))
    return Error(Code::invalid_model, cat("shapes ", lhs.text(), " and ", rhs.text(),
                                          " do not agree on the depth of the product"));
  const Shape batches[] = {batch_dims(lhs), batch_dims(rhs)};
  TRY_SET(s.batch, broadcast_shape(batches));
  s.lhs_batches = batches[0].elements();
  s.rhs_batches = batches[1].elements();
  return s;
}

Status check_types(const Params& p, Infer& n, const Sizes& s) {
  const Tensor& lhs = n.in(0);
  const Tensor& rhs = n.in(1);
  const Tensor& out = n.out(0);
  TRY(n.has_type(lhs, {Type::f32, Type::f16, Type::bf16, Type::i8, Type::i16}));
  if (is_half(lhs.type)) {
    TRY(n.has_type(rhs, {Type::f32, lhs.type}));
    return n.same_type(lhs, out);
  }
  if (lhs.type == Type::f32) {
    TRY(n.has_type(rhs, {Type::f32, Type::f16, Type::bf16, Type::i8}));
    if (is_hybrid(n)) TRY(check_weights(rhs, s.cols, rhs.shape.rank() - (p.adj_y ? 2 : 1), true));
    return n.same_type(lhs, out);
  }
  if (lhs.type == Type::i8) {
    TRY(n.same_type(lhs, rhs));
    TRY(n.has_type(out, {Type::i8, Type::i32}));
    if (out.type == Type::i32) return ok();
  } else {
    TRY(n.has_type(rhs, {Type::i16, Type::i8}));
    TRY(n.same_type(lhs, out));
  }
  TRY(n.quantized(lhs));
  // LiteRT, which takes the several scales of columns for 0, gives out's zero point (docs/bugs.md).
  const bool by_column = rhs.type == Type::i8 && rhs.quant.scales.size() > 1;
  TRY(by_column ? check_weights(rhs, s.cols, rhs.shape.rank() - (p.adj_y ? 2 : 1), true)
                : n.quantized(rhs));
  TRY(n.quantized(out));
  for (const Tensor* t : {&lhs, &rhs, &out})
    if (lhs.type == Type::i16 && t->quant.zero_point() != 0)
      return Error(Code::invalid_model,
                   cat("zero point of '", t->name, "' is ", t->quant.zero_point(), ", not 0"));
  return ok();
}

bool wide_rhs(const Operands& n) { return n.in(1).type == Type::i16; }

/// Bytes of one packed rhs matrix, a multiple of 64; 0 where none is packed.
Result<int64_t> packed_rhs_bytes(const Operands& n, const Sizes& s) {
  const Error too_large(Code::resource_exhausted, "right matrix is too large to pack");
  if (s.empty() || wide_rhs(n)) return int64_t{0};
  int64_t bytes = 0;
  if (is_float(n.in(1).type)) {
    const auto floats = kernels::gemm_f32_packed_floats(s.cols, s.depth);
    if (!floats) return too_large;
    bytes = *floats * int64_t{sizeof(float)};
  } else {
    bytes = kernels::packed_i8_layout(matrix_kernel(n), 1, s.cols, s.depth).bytes;
  }
  const auto aligned = bytes < 0 ? std::nullopt : align_up(uint64_t(bytes), 64);
  const auto all = aligned ? checked_mul<int64_t>(int64_t(*aligned), s.rhs_batches) : std::nullopt;
  if (!all) return too_large;
  return int64_t(*aligned);
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 2, 1));
  TRY_SET(const Sizes s, sizes_of(p, n));
  TRY(check_types(p, n, s));
  Shape out = s.batch;
  if (out.rank() + 2 > kMaxRank) return Error(Code::unsupported, "too many dimensions");
  out.push(s.rows);
  out.push(s.cols);
  TRY(n.set_shape(n.out(0), out));
  TRY_SET(const int64_t packed, packed_rhs_bytes(n, s));
  if (packed && !n.in(1).constant) TRY(n.scratch(kPackedRhs, packed));
  const int64_t lhs_elements = int64_t{s.rows} * s.depth;
  if (p.adj_x) TRY(n.scratch(kLhsRows, lhs_elements * element_bytes(n.in(0))));
  TRY(infer_floats(n, n.in(0), kFloatIn));
  TRY(infer_floats(n, n.out(0), kFloatOut));
  if (!n.in(1).constant) TRY(infer_floats(n, n.in(1), kFloatWeights));
  if (!is_hybrid(n)) return ok();
  TRY(n.scratch(kQuantRows, lhs_elements));
  return n.scratch(kRowQuants, int64_t{s.rows} * int64_t{sizeof(kernels::RowQuant)});
}

/// Steps from matrix to matrix of an operand, 0 along the dimensions in which it is repeated.
std::array<int64_t, kMaxRank> batch_steps(const Shape& operand, const Shape& batch) {
  std::array<int64_t, kMaxRank> steps{};
  const int missing = batch.rank() + 2 - operand.rank();
  int64_t step = 1;
  for (int d = batch.rank(); d-- > missing;) {
    const int32_t size = operand[d - missing];
    steps[size_t(d)] = size == 1 ? 0 : step;
    step *= size;
  }
  return steps;
}

Status prepare_integer(const Params& p, State& s, Prepare& n) {
  const Tensor& lhs = n.in(0);
  const bool hybrid = is_hybrid(n), raw = n.out(0).type == Type::i32;
  const kernels::GemmI8& kernel = matrix_kernel(n);
  const auto inner_zero = [&](int32_t zero) {
    return kernels::inner_zero_point(kernel.form, false, zero);
  };
  constexpr Activation kNone = fb::ActivationFunctionType_NONE;
  s.fused = hybrid && hybrid_fused(n, kNone, kInputs);
  if (!raw)
    TRY(s.layer.prepare(n,
                        s.fused  ? Finish::hybrid_fused
                        : hybrid ? Finish::hybrid
                                 : Finish::twice,
                        s.sizes.cols, kNone, true, s.sizes.depth, kInputs));
  s.layer.left_shift = inner_zero(0);
  s.how = {.row_step = p.adj_y ? s.sizes.depth : 1, .k_step = p.adj_y ? 1 : s.sizes.cols};
  if (!hybrid && lhs.type == Type::i8) {
    s.how.left_zero = inner_zero(raw ? 0 : lhs.quant.zero_point());
    s.how.weight_zero = s.layer.weight_zero;
  }
  s.matrix = {.geometry = kernels::matrix_geometry(s.sizes.rows, s.sizes.depth, s.sizes.cols),
              .kernel = &kernel,
              .layout = kernels::packed_i8_layout(kernel, 1, s.sizes.cols, s.sizes.depth),
              .input_i16 = lhs.type == Type::i16,
              .left_sums = !hybrid && s.layer.weight_zero != 0};
  return ok();
}

/// Packs one matrix of floats or bytes.
void pack_rhs(const Params& p, const State& s, bool floats, const std::byte* rhs, std::byte* to) {
  const size_t depth = size_t(s.sizes.depth), cols = size_t(s.sizes.cols);
  if (floats) {
    kernels::gemm_f32_pack(reinterpret_cast<const float*>(rhs), p.adj_y ? depth : 1,
                           p.adj_y ? 1 : cols, nullptr, cols, depth, reinterpret_cast<float*>(to));
    return;
  }
  kernels::PackI8 how = s.how;
  how.weights = rhs;
  kernels::pack_i8(*s.matrix.kernel, s.matrix.layout, how, to);
}

Status prepare(const Params& p, State& s, Prepare& n) {
  TRY_SET(s.sizes, sizes_of(p, n));
  s.lhs_step = batch_steps(n.in(0).shape, s.sizes.batch);
  s.rhs_step = batch_steps(n.in(1).shape, s.sizes.batch);
  s.packed = nullptr;
  if (s.sizes.empty()) return ok();
  if (wide_rhs(n)) {
    const float product = n.in(0).quant.scale() * n.in(1).quant.scale();
    s.multiplier = kernels::quantize_multiplier(double(product) / n.out(0).quant.scale());
    return ok();
  }
  const bool floats = is_float(n.in(1).type);
  if (!floats) TRY(prepare_integer(p, s, n));
  TRY_SET(s.packed_bytes, packed_rhs_bytes(n, s.sizes));
  if (!n.in(1).constant || s.packed_bytes == 0) return ok();
  const auto pack = [&](std::byte* memory) -> Status {
    const int64_t bytes = int64_t{s.sizes.depth} * s.sizes.cols * element_bytes(n.in(1));
    ConstantFloats rhs;
    const std::byte* from = n.in(1).data;
    if (is_half(n.in(1).type)) {
      TRY_SET(rhs, ConstantFloats::of(n.in(1)));
      from = reinterpret_cast<const std::byte*>(rhs.data());
    }
    for (int64_t b = 0; b < s.sizes.rhs_batches; ++b)
      pack_rhs(p, s, floats, from + b * bytes, memory + b * s.packed_bytes);
    return ok();
  };
  TRY_SET(s.packed, n.packed("rhs", s.packed_bytes * s.sizes.rhs_batches, pack));
  return ok();
}

/// One product: its matrices, with lhs by rows and rhs packed (or as stored, for i16).
struct Product {
  const std::byte* lhs = nullptr;
  const std::byte* rhs = nullptr;
  const std::byte* packed = nullptr;
  std::byte* out = nullptr;
};

template <class T>
void transpose(const T* from, T* to, int64_t rows, int64_t cols) {
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < cols; ++j) to[i * cols + j] = from[j * rows + i];
}

const std::byte* lhs_by_rows(const Params& p, const State& s, Run& n, const std::byte* lhs) {
  if (!p.adj_x) return lhs;
  std::byte* to = n.scratch(kLhsRows).data();
  const int64_t rows = s.sizes.rows, depth = s.sizes.depth;
  switch (element_bytes(n.in(0))) {
    case 1:
      transpose(lhs, to, rows, depth);
      break;
    case 2:
      transpose(reinterpret_cast<const int16_t*>(lhs), reinterpret_cast<int16_t*>(to), rows, depth);
      break;
    default:
      transpose(reinterpret_cast<const float*>(lhs), reinterpret_cast<float*>(to), rows, depth);
  }
  return to;
}

/// Calls body(product) for each output matrix. A matrix that serves several products in a row is
/// transposed or packed once.
template <class Body>
Status for_products(const Params& p, const State& s, Run& n, Body body) {
  const Sizes& z = s.sizes;
  if (z.empty()) return ok();
  const int64_t lhs_bytes = int64_t{z.rows} * z.depth * element_bytes(n.in(0));
  const int64_t rhs_bytes = int64_t{z.depth} * z.cols * element_bytes(n.in(1));
  const int64_t out_bytes = int64_t{z.rows} * z.cols * element_bytes(n.out(0));
  int64_t last_lhs = -1, last_rhs = -1;
  const auto* all_lhs = reinterpret_cast<const std::byte*>(floats_of(n, n.in(0), kFloatIn));
  const std::byte* all_rhs = nullptr;
  if (!s.packed) {
    all_rhs = reinterpret_cast<const std::byte*>(floats_of(n, n.in(1), kFloatWeights));
  }
  Product product{.out = reinterpret_cast<std::byte*>(float_output(n, kFloatOut))};
  for (int64_t b = 0; b < z.batch.elements(); ++b, product.out += out_bytes) {
    TRY(n.poll());
    int64_t lhs = 0, rhs = 0, rest = b;
    for (int d = z.batch.rank(); d-- > 0; rest /= z.batch[d]) {
      lhs += rest % z.batch[d] * s.lhs_step[size_t(d)];
      rhs += rest % z.batch[d] * s.rhs_step[size_t(d)];
    }
    if (lhs != last_lhs) product.lhs = lhs_by_rows(p, s, n, all_lhs + lhs * lhs_bytes);
    if (rhs != last_rhs) {
      product.rhs = all_rhs ? all_rhs + rhs * rhs_bytes : nullptr;
      product.packed = s.packed ? s.packed + rhs * s.packed_bytes : nullptr;
      if (!s.packed && s.packed_bytes) {
        std::byte* to = n.scratch(kPackedRhs).data();
        pack_rhs(p, s, is_float(n.in(1).type), product.rhs, to);
        product.packed = to;
      }
    }
    last_lhs = lhs;
    last_rhs = rhs;
    body(product);
  }
  store_floats(n, kFloatOut);
  return ok();
}

Status run_f32(const Params& p, State& s, Run& n) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const size_t rows = size_t(s.sizes.rows), depth = size_t(s.sizes.depth);
  const size_t cols = size_t(s.sizes.cols);
  return for_products(p, s, n, [&](const Product& m) {
    kernels::gemm_f32(
        {rows, cols, depth, reinterpret_cast<const float*>(m.lhs), depth,
         reinterpret_cast<float*>(m.out), cols, -kInfinity, kInfinity, fuses_floats(n)},
        reinterpret_cast<const float*>(m.packed), n.pool());
  });
}

Status run_integer(const Params& p, State& s, Run& n) {
  const int32_t pad = n.in(0).quant.zero_point();
  return for_products(p, s, n, [&](const Product& m) {
    const IntegerLayer::Data data{.out = m.out, .channels = s.sizes.cols};
    s.matrix.run(m.lhs, m.packed, &pad, 0, n.pool(),
                 [&](const kernels::SumTile& tile) { s.layer.finish(tile, data); });
  });
}

/// The bare sums: LiteRT ignores zero points where the output is int32.
Status run_i8_to_i32(const Params& p, State& s, Run& n) {
  const int32_t pad = 0;
  return for_products(p, s, n, [&](const Product& m) {
    s.matrix.run(m.lhs, m.packed, &pad, 0, n.pool(), [&](const kernels::SumTile& tile) {
      auto* out = reinterpret_cast<int32_t*>(m.out) + tile.row * s.sizes.cols + tile.channel;
      for (int r = 0; r < tile.rows; ++r)
        std::copy_n(tile.sums + r * tile.stride, tile.n, out + int64_t{r} * s.sizes.cols);
    });
  });
}

Status run_i8(const Params& p, State& s, Run& n) {
  return n.out(0).type == Type::i32 ? run_i8_to_i32(p, s, n) : run_integer(p, s, n);
}

Status run_i16(const Params& p, State& s, Run& n) {
  const int64_t depth = s.sizes.depth, cols = s.sizes.cols;
  const int64_t col_step = p.adj_y ? depth : 1, k_step = p.adj_y ? 1 : cols;
  const Range<int32_t> range{-32768, 32767};
  return for_products(p, s, n, [&](const Product& m) {
    n.pool().parallel_for(size_t(s.sizes.rows), 1, [&](size_t begin, size_t end) {
      for (size_t r = begin; r < end; ++r) {
        const int16_t* lhs = reinterpret_cast<const int16_t*>(m.lhs) + int64_t(r) * depth;
        int16_t* out = reinterpret_cast<int16_t*>(m.out) + int64_t(r) * cols;
        for (int64_t c = 0; c < cols; ++c) {
          const int16_t* rhs = reinterpret_cast<const int16_t*>(m.rhs) + c * col_step;
          int64_t sum = 0;
          for (int64_t k = 0; k < depth; ++k) sum += int32_t{lhs[k]} * rhs[k * k_step];
          out[c] = int16_t(range.clamp(kernels::rescale64(sum, s.multiplier)));
        }
      }
    });
  });
}

Status run_hybrid(const Params& p, State& s, Run& n) {
  const size_t rows = size_t(s.sizes.rows), depth = size_t(s.sizes.depth);
  auto* values = reinterpret_cast<int8_t*>(n.scratch(kQuantRows).data());
  auto* quants = reinterpret_cast<kernels::RowQuant*>(n.scratch(kRowQuants).data());
  const int32_t pad = 0;
  return for_products(p, s, n, [&](const Product& m) {
    const auto quantize = s.fused        ? kernels::quantize_even
                          : p.asymmetric ? kernels::quantize_asymmetric
                                         : kernels::quantize_symmetric;
    const auto* lhs = reinterpret_cast<const float*>(m.lhs);
    for (size_t r = 0; r < rows; ++r)
      quants[r] = quantize(lhs + r * depth, depth, values + r * depth);
    const IntegerLayer::Data data{
        .out = m.out,
        .channels = s.sizes.cols,
        .rows = quants,
        .weight_sums = reinterpret_cast<const int32_t*>(m.packed + s.matrix.layout.sums)};
    s.matrix.run(values, m.packed, &pad, 0, n.pool(),
                 [&](const kernels::SumTile& tile) { s.layer.finish(tile, data); });
  });
}

constexpr auto kFloat = bind<Params, State, run_f32>;
constexpr auto kInteger = bind<Params, State, run_integer>;

}  // namespace

extern constinit const OpDef batch_matmul = define_op<Params, State, parse, infer, prepare>(
    {.name = "BATCH_MATMUL", .code = 126, .versions = {1, 4}},
    {{{Type::f32, Type::f32}, kFloat},
     {{Type::f32, Type::f16}, kFloat},
     {{Type::f32, Type::bf16}, kFloat},
     {{Type::f16, Type::f16}, kFloat},
     {{Type::f16, Type::f32}, kFloat},
     {{Type::bf16, Type::bf16}, kFloat},
     {{Type::bf16, Type::f32}, kFloat},
     {{Type::i8, Type::i8}, bind<Params, State, run_i8>},
     {{Type::i16, Type::i16}, bind<Params, State, run_i16>},
     {{Type::i16, Type::i8}, kInteger},
     {{Type::f32, Type::i8}, bind<Params, State, run_hybrid>}});

}  // namespace samara::ops
