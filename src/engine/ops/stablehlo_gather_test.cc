#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_gather_test {

struct GatherDims {
  std::vector<int64_t> offset, collapsed, map;
  int64_t vector_dim = 0;
  std::vector<int64_t> sizes;
};
Options gather(const GatherDims& d) {
  return options<fb::StablehloGatherOptionsT>([&](auto& o) {
    o.offset_dims = d.offset;
    o.collapsed_slice_dims = d.collapsed;
    o.start_index_map = d.map;
    o.index_vector_dim = d.vector_dim;
    o.slice_sizes = d.sizes;
  });
}

OP_TEST(stablehlo_gather, takes_rows_of_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "STABLEHLO_GATHER", .options = gather({{1}, {0}, {0}, 1, {1, 2}})};
    c.in(of(type, {3, 2}, {1, 0, 3, 4, 5, 6})).constant(i32({2, 1}, {2, 0}));
    c.out(of(type, {2, 2}, {5, 6, 1, 0}));
    run_everywhere(c);
  }
}
OP_TEST(stablehlo_gather, moves_slices_inside) {
  // The specification: a start is clamped so that the whole slice fits.
  OpCase c{.op = "STABLEHLO_GATHER", .options = gather({{1}, {}, {0}, 1, {2}})};
  c.in(f32({4}, {1, 2, 3, 4})).constant(i64({3, 1}, {-5, 3, int64_t{1} << 40}));
  c.out(f32({3, 2}, {1, 2, 3, 4, 3, 4}));
  run_everywhere(c);
}
OP_TEST(stablehlo_gather, takes_vectors_along_any_dimension) {
  // Two vectors, stored as columns; the map turns them around.
  OpCase c{.op = "STABLEHLO_GATHER", .options = gather({{}, {0, 1}, {1, 0}, 0, {1, 1}})};
  c.in(i32({2, 3}, {1, 2, 3, 4, 5, 6})).constant(i32({2, 2}, {2, 0, 0, 1})).out(i32({2}, {3, 4}));
  run_everywhere(c);
  OpCase scalars{.op = "STABLEHLO_GATHER", .options = gather({{}, {0}, {0}, 1, {1}})};
  scalars.in(i32({3}, {7, 8, 9})).constant(i32({2}, {2, 1})).out(i32({2}, {9, 8}));
  run_everywhere(scalars);
}
OP_TEST(stablehlo_gather, takes_no_indices) {
  OpCase c{.op = "STABLEHLO_GATHER", .options = gather({{}, {0}, {0}, 1, {1}})};
  c.in(i32({3}, {7, 8, 9})).in(i32({0})).out(i32({0}));
  run_everywhere(c);
}
OP_TEST(stablehlo_gather, refuses_bad_options) {
  const auto refused = [](const GatherDims& d, const char* text) {
    OpCase c{.op = "STABLEHLO_GATHER", .options = gather(d)};
    c.in(f32({3, 2})).constant(i32({2, 1}, {2, 0})).out(f32({2, 2}));
    expect_error(c, Code::invalid_model, text);
  };
  refused({{1}, {0}, {0}, 1, {1, 3}}, "slice_sizes [1, 3] does not fit");
  refused({{1}, {0}, {0}, 1, {2, 2}}, "slice_sizes [2, 2] does not fit");
  refused({{1}, {0}, {0}, 1, {1, -1}}, "slice_sizes");
  refused({{1}, {0}, {0}, 1, {1}}, "slice_sizes has 1 entries for rank 2");
  refused({{1}, {2}, {0}, 1, {1, 2}}, "collapsed_slice_dims [2] are not");
  refused({{}, {0, 0}, {0}, 1, {1, 2}}, "collapsed_slice_dims [0, 0] are not");
  refused({{1}, {0}, {-1}, 1, {1, 2}}, "start_index_map [-1] are not");
  refused({{1}, {0}, {0, 1}, 1, {1, 2}}, "start_index_map has 2 entries for vectors of 1");
  refused({{1}, {0}, {0}, 3, {1, 2}}, "index_vector_dim 3");
  refused({{1}, {0}, {0}, -1, {1, 2}}, "index_vector_dim -1");
  refused({{2}, {0}, {0}, 1, {1, 2}}, "offset_dims [2] are not");
  refused({{0, 1}, {0}, {0}, 1, {1, 2}}, "offset_dims has 2 entries for slices of rank 1");
}
OP_TEST(stablehlo_gather, refuses_a_collapsed_dimension_of_nothing) {
  OpCase c{.op = "STABLEHLO_GATHER", .options = gather({{}, {0}, {0}, 1, {1}})};
  c.in(f32({0})).constant(i32({1, 1}, {0})).out(f32({1}));
  expect_error(c, Code::invalid_model, "does not fit [0]");
}
OP_TEST(stablehlo_gather, refuses_float_indices_and_too_many_dimensions) {
  OpCase c{.op = "STABLEHLO_GATHER", .options = gather({{1}, {0}, {0}, 1, {1, 2}})};
  c.in(f32({3, 2})).in(f32({2, 1})).out(f32({2, 2}));
  expect_error(c, Code::unsupported, "it may be int32, int64");
  OpCase deep{.op = "STABLEHLO_GATHER", .options = gather({{8}, {}, {0}, 8, {1}})};
  deep.in(f32({3})).in(i32({1, 1, 1, 1, 1, 1, 1, 1})).out(f32({1}));
  expect_error(deep, Code::unsupported, "gives rank 9");
}

}  // namespace samara::testing::stablehlo_gather_test
