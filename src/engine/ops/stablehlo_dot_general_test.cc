#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_dot_general_test {

struct ProductDims {
  std::vector<int64_t> lhs_batch, rhs_batch, lhs, rhs;
};
Options dot(const ProductDims& d) {
  return options<fb::StablehloDotGeneralOptionsT>([&](auto& o) {
    o.lhs_batching_dimensions = d.lhs_batch;
    o.rhs_batching_dimensions = d.rhs_batch;
    o.lhs_contracting_dimensions = d.lhs;
    o.rhs_contracting_dimensions = d.rhs;
  });
}
void expect(const ProductDims& d, const Literal& a, const Literal& b, const Literal& out) {
  OpCase c{.op = "STABLEHLO_DOT_GENERAL", .options = dot(d), .tolerance = tolerance_of(a.type)};
  c.in(a).constant(b).out(out);
  run_everywhere(c);
}

OP_TEST(stablehlo_dot_general, multiplies_matrices_of_every_type) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    expect({{}, {}, {1}, {0}}, of(type, {2, 2}, {1, 2, 3, 4}), of(type, {2, 2}, {5, 6, 7, 8}),
           of(type, {2, 2}, {19, 22, 43, 50}));
  }
}
OP_TEST(stablehlo_dot_general, takes_dimensions_in_any_order) {
  // Batch last on the left, first on the right.
  expect({{1}, {0}, {0}, {1}}, i32({2, 2}, {1, 2, 3, 4}), i32({2, 2}, {5, 6, 7, 8}),
         i32({2}, {23, 46}));
  expect({{}, {}, {0, 1}, {1, 0}}, i32({2, 2}, {1, 2, 3, 4}), i32({2, 2}, {5, 6, 7, 8}),
         i32({}, {5 + 14 + 18 + 32}));
  expect({{}, {}, {}, {}}, i32({2}, {1, 2}), i32({2}, {5, 6}), i32({2, 2}, {5, 6, 10, 12}));
}
OP_TEST(stablehlo_dot_general, sums_small_types_in_wide_ones) {
  expect({{}, {}, {0}, {0}}, i8({2}, {-128, 127}), i8({2}, {-128, 127}), i32({}, {32513}));
  expect({{}, {}, {0}, {0}}, of(Type::bf16, {2}, {3, 4}), of(Type::bf16, {2}, {0.5, 64.5}),
         f32({}, {259.5f}));
}
OP_TEST(stablehlo_dot_general, an_empty_sum_is_zero) {
  expect({{}, {}, {1}, {0}}, f32({2, 0}), f32({0, 1}), f32({2, 1}, {0, 0}));
  expect({{}, {}, {1}, {0}}, f32({0, 2}), f32({2, 1}), f32({0, 1}));
}
OP_TEST(stablehlo_dot_general, refuses_what_does_not_fit) {
  const auto refused = [](const ProductDims& d, Code code, const char* text) {
    OpCase c{.op = "STABLEHLO_DOT_GENERAL", .options = dot(d)};
    c.in(f32({2, 3})).in(f32({4, 2})).out(f32({1}));
    expect_error(c, code, text);
  };
  refused({{}, {}, {1}, {0}}, Code::invalid_model, "the contracting dimensions [1] of [2, 3]");
  refused({{1}, {0}, {}, {}}, Code::invalid_model, "the batching dimensions [1] of [2, 3]");
  refused({{}, {}, {0}, {}}, Code::invalid_model, "the contracting dimensions");
  refused({{0}, {1}, {0}, {1}}, Code::invalid_model, "lhs dimensions [0, 0] are not");
  refused({{}, {}, {2}, {0}}, Code::invalid_model, "lhs dimensions [2] are not");
  refused({{}, {}, {0}, {-1}}, Code::invalid_model, "rhs dimensions [-1] are not");
}
OP_TEST(stablehlo_dot_general, refuses_other_types_and_too_many_dimensions) {
  OpCase mixed{.op = "STABLEHLO_DOT_GENERAL", .options = dot({{}, {}, {0}, {0}})};
  mixed.in(f32({2})).in(f32({2})).out(f16({}));
  expect_error(mixed, Code::invalid_model, "they must have the same type");
  OpCase deep{.op = "STABLEHLO_DOT_GENERAL", .options = dot({})};
  deep.in(f32({1, 1, 1, 1, 1})).in(f32({1, 1, 1, 1})).out(f32({1}));
  expect_error(deep, Code::unsupported, "gives rank 9");
}

}  // namespace samara::testing::stablehlo_dot_general_test
