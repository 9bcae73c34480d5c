// DENSIFY, and the sparse constants of any operator.
#include "testing/op_test.h"

namespace samara::testing::densify_test {

OP_TEST(densify, copies_what_is_dense) {
  OpCase c{.op = "DENSIFY"};
  c.in(f32({2, 2}, {1, 0, 0, 2})).out(f32({2, 2}, {1, 0, 0, 2}));
  run_everywhere(c);
}

OP_TEST(densify, refuses_another_type) {
  OpCase c{.op = "DENSIFY"};
  c.in(f32({2})).out(i8({2}));
  expect_error(c, Code::invalid_model, "int8");
}

/// How a constant is stored: its levels in order; empty segments mean a dense level.
struct Level {
  int32_t dense = 0;
  std::vector<int32_t> segments = {}, indices = {};
};
struct Storage {
  std::vector<int32_t> order, blocks;
  std::vector<Level> levels;
};

template <class Table>
Table table_of(const std::vector<int32_t>& values) {
  Table t;
  t.values.assign(values.begin(), values.end());
  return t;
}

/// The tables' index types take turns: 8, 16 and 32 bits.
std::unique_ptr<fb::SparsityParametersT> sparsity(const Storage& from) {
  auto out = std::make_unique<fb::SparsityParametersT>();
  out->traversal_order = from.order;
  out->block_map = from.blocks;
  for (const Level& level : from.levels) {
    auto m = std::make_unique<fb::DimensionMetadataT>();
    m->dense_size = level.dense;
    if (!level.segments.empty()) {
      m->format = fb::DimensionType_SPARSE_CSR;
      switch (out->dim_metadata.size() % 3) {
        case 0:
          m->array_segments.Set(table_of<fb::Int32VectorT>(level.segments));
          m->array_indices.Set(table_of<fb::Uint8VectorT>(level.indices));
          break;
        case 1:
          m->array_segments.Set(table_of<fb::Uint8VectorT>(level.segments));
          m->array_indices.Set(table_of<fb::Uint16VectorT>(level.indices));
          break;
        default:
          m->array_segments.Set(table_of<fb::Uint16VectorT>(level.segments));
          m->array_indices.Set(table_of<fb::Int32VectorT>(level.indices));
      }
    }
    out->dim_metadata.push_back(std::move(m));
  }
  return out;
}

/// A constant of `shape` of which only `stored` is in the file.
int sparse_constant(ModelBuilder& m, Literal stored, Literal::Dims shape, const Storage& how) {
  const int t = m.constant(stored, "weights");
  m.at(t).shape = std::move(shape);
  m.at(t).sparsity = sparsity(how);
  return t;
}

Result<std::vector<Literal>> densified(const Literal& stored, const Literal& want,
                                       const Storage& how, bool fold = true) {
  ModelBuilder m;
  const int y = m.tensor(want);
  m.op("DENSIFY", {sparse_constant(m, stored, want.shape, how)}, {y});
  m.output(y);
  return run_model(m.bytes(), {}, {.fold_constants = fold});
}

void expect_dense(const Literal& stored, const Literal& want, const Storage& how) {
  for (const bool fold : {true, false}) {
    const auto got = densified(stored, want, how, fold);
    ASSERT_TRUE(got.ok()) << got.error().text();
    EXPECT_EQ(difference(want, (*got)[0], 0), "");
  }
}

OP_TEST(densify, reads_compressed_rows) {
  const Storage rows{{0, 1}, {}, {{2}, {0, {0, 1, 3}, {1, 0, 3}}}};
  expect_dense(f32({3}, {5, 6, 7}), f32({2, 4}, {0, 5, 0, 0, 6, 0, 0, 7}), rows);
  expect_dense(f16({3}, {5, 6, 7}), f16({2, 4}, {0, 5, 0, 0, 6, 0, 0, 7}), rows);
  // What is left out is 0, not the zero point.
  expect_dense(i8({3}, {5, 6, 7}).q(0.5f, 3), i8({2, 4}, {0, 5, 0, 0, 6, 0, 0, 7}).q(0.5f, 3),
               rows);
}

OP_TEST(densify, reads_compressed_columns) {
  expect_dense(i32({3}, {6, 5, 7}), i32({2, 4}, {0, 5, 0, 0, 6, 0, 0, 7}),
               {{1, 0}, {}, {{4}, {0, {0, 1, 2, 2, 3}, {1, 0, 1}}}});
}

OP_TEST(densify, reads_blocks) {
  // 1 x 2 blocks: the second of the first row, the first of the second.
  expect_dense(i8({4}, {1, 2, 3, 4}), i8({2, 4}, {0, 0, 1, 2, 3, 4, 0, 0}),
               {{0, 1, 2}, {1}, {{2}, {0, {0, 1, 2}, {1, 0}}, {2}}});
  // 2 x 2 blocks of a 4 x 4 matrix: the upper right and the lower left one.
  expect_dense(f32({8}, {1, 2, 3, 4, 5, 6, 7, 8}),
               f32({4, 4}, {0, 0, 1, 2, 0, 0, 3, 4, 5, 6, 0, 0, 7, 8, 0, 0}),
               {{0, 1, 2, 3}, {0, 1}, {{2}, {0, {0, 1, 2}, {1, 0}}, {2}, {2}}});
  // A filter [2, 1, 2, 4], compressed along its channels in blocks of 4, then along its rows.
  expect_dense(f32({8}, {1, 2, 3, 4, 5, 6, 7, 8}),
               f32({2, 1, 2, 4}, {0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0}),
               {{0, 1, 2, 3, 4}, {3}, {{2}, {1}, {0, {0, 1, 2}, {1, 0}}, {1}, {4}}});
}

OP_TEST(densify, reads_compression_at_several_levels) {
  // Rows 1 and 3 of 4 are there, each with some of its columns.
  expect_dense(i16({3}, {7, 8, 9}), i16({4, 3}, {0, 0, 0, 7, 0, 8, 0, 0, 0, 0, 9, 0}),
               {{0, 1}, {}, {{0, {0, 2}, {1, 3}}, {0, {0, 2, 3}, {0, 2, 1}}}});
}

OP_TEST(densify, sparse_weights_serve_any_operator) {
  ModelBuilder m;
  const int x = m.input(f32({1, 4})), y = m.tensor(f32({1, 2}));
  const Storage rows{{0, 1}, {}, {{2}, {0, {0, 1, 3}, {1, 0, 3}}}};
  m.op("FULLY_CONNECTED", {x, sparse_constant(m, f32({3}, {5, 6, 7}), {2, 4}, rows), -1}, {y},
       fb::FullyConnectedOptionsT{});
  m.output(y);
  const auto got = run_model(m.bytes(), {f32({1, 4}, {1, 2, 3, 4})});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(difference(f32({1, 2}, {10, 34}), (*got)[0], 0), "");
}

OP_TEST(densify, a_sparse_constant_may_be_the_output) {
  ModelBuilder m;
  const Storage rows{{0, 1}, {}, {{1}, {0, {0, 1}, {1}}}};
  m.output(sparse_constant(m, f32({1}, {5}), {1, 2}, rows));
  const auto got = run_model(m.bytes(), {});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(difference(f32({1, 2}, {0, 5}), (*got)[0], 0), "");
}

void expect_refused(const Literal& stored, const Literal& want, const Storage& how, Code code,
                    const std::string& text) {
  const auto got = densified(stored, want, how);
  ASSERT_FALSE(got.ok()) << text;
  EXPECT_EQ(got.error().code(), code) << got.error().text();
  EXPECT_NE(got.error().text().find(text), std::string::npos) << got.error().text();
}

OP_TEST(densify, refuses_hostile_tables) {
  const Literal three = f32({3}, {5, 6, 7}), want = f32({2, 4});
  const auto refused = [&](const Storage& how, const std::string& text) {
    expect_refused(three, want, how, Code::invalid_model, text);
  };
  const auto rows = [](std::vector<int32_t> segments, std::vector<int32_t> indices) {
    return Storage{{0, 1}, {}, {{2}, {0, std::move(segments), std::move(indices)}}};
  };
  refused(rows({0, 1, 3}, {1, 0, 4}), "index 4");
  refused(rows({0, 1, 3}, {1, 0, 60000}), "index 60000");
  refused(rows({0, 2, 1}, {1, 0, 3}), "segments");
  refused(rows({0, 250, 3}, {1, 0, 3}), "segment 0");
  refused(rows({0, 1, 2, 3}, {1, 0, 3}), "4 segment bounds for 2");
  refused(rows({0, 3}, {1, 0, 3}), "2 segment bounds for 2");
  refused(rows({0, 1, 3}, {1, 3, 3}), "index 3");
  refused({{0, 1, 2}, {}, {{2}, {4}, {1}}}, "traversal order of 3");
  refused({{0}, {}, {{8}}}, "traversal order of 1");
  refused({{1, 1}, {}, {{4}, {4}}}, "traversal order");
  refused({{0, 1}, {}, {{2}}}, "describes 1 dimensions");
  refused({{0, 1}, {}, {{2}, {2147483647}}}, "dense with 2147483647");
  refused({{0, 1}, {}, {{2}, {-4}}}, "dense with -4");
  refused({{0, 1, 2}, {1}, {{2}, {0, {0, 1, 2}, {1, 0}}, {3}}}, "blocks of 3");
  refused({{0, 1, 2}, {1}, {{2}, {0, {0, 1, 2}, {1, 0}}, {-2}}}, "blocks of -2");
  refused({{0, 1, 2}, {7}, {{2}, {4}, {1}}}, "block map");
  refused({{0, 1}, {}, {{2}, {4}}}, "12 bytes of data");
}

OP_TEST(densify, refuses_tensors_that_no_memory_holds) {
  const Storage rows{{0, 1}, {}, {{0, {0, 1}, {5}}, {0, {0, 1}, {7}}}};
  expect_refused(f32({1}, {5}), f32({1}), {{0}, {}, {{0, {0, 1}, {1}}}}, Code::invalid_model,
                 "index 1");
  ModelBuilder m;
  const int t = sparse_constant(m, i8({1}, {5}), {1 << 15, 1 << 15}, rows);
  const int y = m.tensor(i8({1}));
  m.op("DENSIFY", {t}, {y});
  m.output(y);
  const auto got = run_model(m.bytes(), {});
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code(), Code::resource_exhausted) << got.error().text();
}

OP_TEST(densify, refuses_sparse_values_of_parts_of_a_byte) {
  expect_refused(raw(Type::i4, {3}, {0x21, 0x03}), raw(Type::i4, {2, 4}, {0, 0, 0, 0}),
                 {{0, 1}, {}, {{2}, {0, {0, 1, 3}, {1, 0, 3}}}}, Code::unsupported, "int4");
}

}  // namespace samara::testing::densify_test
