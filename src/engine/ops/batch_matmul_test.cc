#include <algorithm>
#include <cmath>

#include "engine/kernels/requant/requant.h"
#include "testing/op_test.h"

namespace samara::testing::batch_matmul_test {

using Dims = Literal::Dims;

/// Batch dimensions of both sides and the size of the product.
struct Product {
  Dims lhs_batch, rhs_batch, batch;
  int rows, depth, cols;
  bool adj_x = false, adj_y = false;

  Dims lhs() const { return with(lhs_batch, adj_x ? depth : rows, adj_x ? rows : depth); }
  Dims rhs() const { return with(rhs_batch, adj_y ? cols : depth, adj_y ? depth : cols); }
  Dims out() const { return with(batch, rows, cols); }
  static Dims with(Dims d, int a, int b) {
    d.push_back(a);
    d.push_back(b);
    return d;
  }
};

size_t elements(const Dims& d) {
  size_t n = 1;
  for (const int32_t v : d) n *= size_t(v);
  return n;
}

/// Which matrix of an operand with these batch dimensions output matrix `i` reads.
size_t matrix(const Dims& operand, const Dims& batch, size_t i) {
  size_t at = 0, step = 1;
  for (size_t d = 0; d < batch.size(); ++d) {
    const size_t size = size_t(batch[batch.size() - 1 - d]);
    const size_t own = d < operand.size() ? size_t(operand[operand.size() - 1 - d]) : 1;
    if (own != 1) at += i % size * step;
    step *= own;
    i /= size;
  }
  return at;
}

template <class T>
std::vector<T> some(const Dims& d, int seed) {
  std::vector<T> v(elements(d));
  for (size_t i = 0; i < v.size(); ++i) v[i] = T(int((i * 7919 + size_t(seed) * 31) % 17) - 8);
  return v;
}

/// The sums of products of (lhs - lhs_zero) and (rhs - rhs_zero), by definition.
template <class L, class R>
std::vector<int64_t> sums(const Product& p, const std::vector<L>& lhs, const std::vector<R>& rhs,
                          int lhs_zero = 0, int rhs_zero = 0) {
  std::vector<int64_t> out(elements(p.out()));
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t col = i % size_t(p.cols), row = i / size_t(p.cols) % size_t(p.rows);
    const size_t batch = i / size_t(p.cols) / size_t(p.rows), depth = size_t(p.depth);
    const L* l = lhs.data() + matrix(p.lhs_batch, p.batch, batch) * size_t(p.rows) * depth;
    const R* r = rhs.data() + matrix(p.rhs_batch, p.batch, batch) * size_t(p.cols) * depth;
    for (size_t k = 0; k < depth; ++k)
      out[i] += (int64_t(l[p.adj_x ? k * size_t(p.rows) + row : row * depth + k]) - lhs_zero) *
                (int64_t(r[p.adj_y ? col * depth + k : k * size_t(p.cols) + col]) - rhs_zero);
  }
  return out;
}

OpCase begin(const Product& p, bool asymmetric = false) {
  return {.op = "BATCH_MATMUL", .options = options<fb::BatchMatMulOptionsT>([&](auto& o) {
                                  o.adj_x = p.adj_x;
                                  o.adj_y = p.adj_y;
                                  o.asymmetric_quantize_inputs = asymmetric;
                                })};
}

std::vector<Product> products() {
  std::vector<Product> all;
  for (const bool adj_x : {false, true})
    for (const bool adj_y : {false, true}) {
      all.push_back({{}, {}, {}, 5, 7, 19, adj_x, adj_y});
      all.push_back({{2, 3}, {2, 3}, {2, 3}, 6, 33, 4, adj_x, adj_y});
      all.push_back({{2, 1}, {3}, {2, 3}, 3, 4, 5, adj_x, adj_y});
      all.push_back({{2}, {}, {2}, 1, 9, 40, adj_x, adj_y});
      all.push_back({{}, {2, 2}, {2, 2}, 9, 2, 1, adj_x, adj_y});
    }
  return all;
}

OP_TEST(batch_matmul, floats) {
  for (const Product& p : products()) {
    const auto lhs = some<float>(p.lhs(), 1), rhs = some<float>(p.rhs(), 2);
    const auto want = sums(p, lhs, rhs);
    OpCase c = begin(p);
    c.in(f32(p.lhs(), lhs)).constant(f32(p.rhs(), rhs));
    c.out(f32(p.out(), {want.begin(), want.end()}));
    run_everywhere(c);
  }
}

OP_TEST(batch_matmul, int8) {
  for (const Product& p : products())
    for (const int rhs_zero : {0, 3}) {
      const auto lhs = some<int8_t>(p.lhs(), 3), rhs = some<int8_t>(p.rhs(), 4);
      const float factor = 0.25f * 0.5f;
      const auto m = kernels::quantize_multiplier(double(factor) / double(1.5f));
      std::vector<int8_t> want;
      for (const int64_t sum : sums(p, lhs, rhs, -2, rhs_zero))
        want.push_back(int8_t(std::clamp(kernels::rescale(int32_t(sum), m) + 7, -128, 127)));
      OpCase c = begin(p);
      c.in(i8(p.lhs(), lhs).q(0.25f, -2)).constant(i8(p.rhs(), rhs).q(0.5f, rhs_zero));
      c.out(i8(p.out(), want).q(1.5f, 7));
      run_everywhere(c);
    }
}

OP_TEST(batch_matmul, int8_by_columns_with_scales_of_their_own) {
  for (const Product& p : products()) {
    if (p.cols == 1) continue;
    const auto lhs = some<int8_t>(p.lhs(), 3), rhs = some<int8_t>(p.rhs(), 4);
    std::vector<float> scales(size_t(p.cols));
    for (size_t i = 0; i < scales.size(); ++i) scales[i] = 0.25f * float(1 + i % 3);
    std::vector<int8_t> want;
    const auto exact = sums(p, lhs, rhs, -2, 0);
    for (size_t i = 0; i < exact.size(); ++i) {
      const float factor = 0.25f * scales[i % size_t(p.cols)];
      const auto m = kernels::quantize_multiplier(double(factor) / double(1.5f));
      want.push_back(int8_t(std::clamp(kernels::rescale(int32_t(exact[i]), m) + 7, -128, 127)));
    }
    OpCase c = begin(p);
    const int axis = int(p.rhs().size()) - (p.adj_y ? 2 : 1);
    c.in(i8(p.lhs(), lhs).q(0.25f, -2)).weights(i8(p.rhs(), rhs).q(scales, {}, axis));
    c.out(i8(p.out(), want).q(1.5f, 7));
    run_everywhere(c);
  }
}

OP_TEST(batch_matmul, int8_to_bare_int32) {
  for (const Product& p : products()) {
    const auto lhs = some<int8_t>(p.lhs(), 5), rhs = some<int8_t>(p.rhs(), 6);
    const auto want = sums(p, lhs, rhs);
    OpCase c = begin(p);
    c.in(i8(p.lhs(), lhs).q(0.25f, -2)).constant(i8(p.rhs(), rhs).q(0.5f, 3));
    c.out(i32(p.out(), {want.begin(), want.end()}));
    run_everywhere(c);
  }
}

template <class T>
void check_int16(Literal (*make)(Dims, std::vector<T>), bool by_column = false) {
  for (const Product& p : products()) {
    auto lhs = some<int16_t>(p.lhs(), 7);
    for (int16_t& v : lhs) v = int16_t(v * 4001);
    const auto rhs = some<T>(p.rhs(), 8);
    std::vector<float> scales(by_column && p.cols > 1 ? size_t(p.cols) : 1);
    for (size_t i = 0; i < scales.size(); ++i) scales[i] = 0.5f + 0.25f * float(i % 3);
    std::vector<int16_t> want;
    const auto exact = sums(p, lhs, rhs);
    for (size_t i = 0; i < exact.size(); ++i) {
      const float factor = 0.25f * scales[scales.size() > 1 ? i % size_t(p.cols) : 0];
      const auto m = kernels::quantize_multiplier(double(factor) / double(2.5f));
      want.push_back(int16_t(std::clamp(kernels::rescale64(exact[i], m), -32768, 32767)));
    }
    OpCase c = begin(p);
    const int axis = int(p.rhs().size()) - (p.adj_y ? 2 : 1);
    c.in(i16(p.lhs(), lhs).q(0.25f)).constant(make(p.rhs(), rhs).q(scales, {}, axis));
    c.out(i16(p.out(), want).q(2.5f));
    run_everywhere(c);
  }
}
OP_TEST(batch_matmul, int16_by_int16) { check_int16<int16_t>(i16); }
OP_TEST(batch_matmul, int16_by_int8) { check_int16<int8_t>(i8); }
OP_TEST(batch_matmul, int16_by_int8_columns) { check_int16<int8_t>(i8, true); }

OP_TEST(batch_matmul, hybrid) {
  for (const Product& p : products())
    for (const bool asymmetric : {false, true})
      for (const bool per_column : {false, true}) {
        // Rows from -127 to 127 are quantized exactly, by either rule to within half a step.
        auto lhs = some<float>(p.lhs(), 9);
        const auto rhs = some<int8_t>(p.rhs(), 10);
        std::vector<float> scales(per_column && p.cols > 1 ? size_t(p.cols) : 1);
        for (size_t i = 0; i < scales.size(); ++i) scales[i] = 0.5f + 0.25f * float(i % 3);
        std::vector<float> want;
        const auto exact = sums(p, lhs, rhs);
        for (size_t i = 0; i < exact.size(); ++i)
          want.push_back(float(exact[i]) * scales[scales.size() > 1 ? i % size_t(p.cols) : 0]);
        OpCase c = begin(p, asymmetric);
        const int axis = int(p.rhs().size()) - (p.adj_y ? 2 : 1);
        c.in(f32(p.lhs(), lhs)).weights(i8(p.rhs(), rhs).q(scales, {}, axis));
        c.out(f32(p.out(), want));
        c.tolerance = 0.06f;
        run_everywhere(c);
      }
}

OP_TEST(batch_matmul, empty_products) {
  for (const Product& p : {Product{{}, {}, {}, 0, 3, 4}, Product{{}, {}, {}, 2, 3, 0},
                           Product{{0}, {}, {0}, 2, 3, 4}, Product{{}, {}, {}, 2, 0, 3}}) {
    OpCase c = begin(p);
    c.in(f32(p.lhs())).in(f32(p.rhs())).out(f32(p.out()));
    run_everywhere(c);
  }
}

OP_TEST(batch_matmul, refuses_shapes_that_do_not_fit) {
  OpCase depth = begin({});
  depth.in(f32({2, 3})).in(f32({4, 5})).out(f32({2, 5}));
  expect_error(depth, Code::invalid_model, "depth");
  OpCase rank = begin({});
  rank.in(f32({3})).in(f32({3, 5})).out(f32({5}));
  expect_error(rank, Code::invalid_model, "2 dimensions");
  OpCase batch = begin({});
  batch.in(f32({2, 2, 3})).in(f32({3, 3, 5})).out(f32({2, 2, 5}));
  expect_error(batch, Code::invalid_model, "");
}

OP_TEST(batch_matmul, refuses_wrong_quantization) {
  OpCase zero = begin({});
  zero.in(i16({2, 3}).q(0.5f, 1)).in(i16({3, 2}).q(0.5f)).out(i16({2, 2}).q(0.5f));
  expect_error(zero, Code::invalid_model, "zero point");
  OpCase none = begin({});
  none.in(i8({2, 3})).in(i8({3, 2}).q(0.5f)).out(i8({2, 2}).q(0.5f));
  expect_error(none, Code::invalid_model, "quantiz");
  OpCase scales = begin({});
  scales.in(f32({2, 3})).weights(i8({3, 4}).q({0.5f, 0.5f, 0.5f})).out(f32({2, 4}));
  expect_error(scales, Code::invalid_model, "3 scales for 4");
  OpCase columns = begin({});
  columns.in(i8({2, 3}).q(0.5f)).weights(i8({3, 4}).q({0.5f, 0.5f, 0.5f}, {}, 0));
  columns.out(i8({2, 4}).q(0.5f));
  expect_error(columns, Code::invalid_model, "3 scales for 4");
}

}  // namespace samara::testing::batch_matmul_test
