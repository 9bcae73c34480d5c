#include <limits>

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_scatter_test {

struct ScatterDims {
  std::vector<int64_t> window, inserted, map;
  int64_t vector_dim = 0;
};
Options scatter(const ScatterDims& d, int body = 1) {
  return options<fb::StablehloScatterOptionsT>([&](auto& o) {
    o.update_window_dims = d.window;
    o.inserted_window_dims = d.inserted;
    o.scatter_dims_to_operand_dims = d.map;
    o.index_vector_dim = d.vector_dim;
    o.update_computation_subgraph_index = body;
  });
}
/// Single elements of a vector.
const ScatterDims kElements{{}, {0}, {0}, 1};

ModelBuilder model(const Literal& in, const Literal& at, const Literal& updates,
                   const ScatterDims& d, const std::string& body) {
  ModelBuilder m = model_of("STABLEHLO_SCATTER", scatter(d), {in, at, updates}, {in});
  add_function(m, body, in.type);
  return m;
}

OP_TEST(stablehlo_scatter, adds_every_type) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    const Literal in = of(type, {4}, {1, 2, 3, 4}), updates = of(type, {3}, {10, 20, 30});
    const Literal at = i32({3, 1}, {2, 0, 2});
    expect_model(model(in, at, updates, kElements, "STABLEHLO_ADD"), {in, at, updates},
                 {of(type, {4}, {21, 2, 43, 4})});
  }
}
OP_TEST(stablehlo_scatter, knows_four_functions_and_bools) {
  const Literal in = i32({2}, {5, 5}), updates = i32({2}, {7, 3}), at = i64({2, 1}, {0, 1});
  expect_model(model(in, at, updates, kElements, "STABLEHLO_MULTIPLY"), {in, at, updates},
               {i32({2}, {35, 15})});
  expect_model(model(in, at, updates, kElements, "STABLEHLO_MAXIMUM"), {in, at, updates},
               {i32({2}, {7, 5})});
  expect_model(model(in, at, updates, kElements, "STABLEHLO_MINIMUM"), {in, at, updates},
               {i32({2}, {5, 3})});
  const Literal flags = boolean({2}, {0, 1}), more = boolean({2}, {1, 0});
  expect_model(model(flags, at, more, kElements, "STABLEHLO_ADD"), {flags, at, more},
               {boolean({2}, {1, 1})});
}
OP_TEST(stablehlo_scatter, a_body_without_operators_replaces) {
  const Literal in = f32({2, 2}, {1, 2, 3, 4}), at = i32({1}, {1}), updates = f32({2}, {8, 9});
  ModelBuilder m =
      model_of("STABLEHLO_SCATTER", scatter({{0}, {0}, {0}, 0}), {in, at, updates}, {in});
  m.subgraph("second");
  m.input(f32({}));
  m.output(m.input(f32({})));
  expect_model(m, {in, at, updates}, {f32({2, 2}, {1, 2, 8, 9})});
  m.current().outputs[0] = m.current().inputs[0];
  expect_model(m, {in, at, updates}, {in});
}
OP_TEST(stablehlo_scatter, calls_an_update_computation_of_its_own) {
  const Literal in = f32({4}, {1, 2, 3, 4}), at = i32({3, 1}, {2, 0, 2}),
                updates = f32({3}, {1, 2, 3});
  expect_model(model(in, at, updates, kElements, "STABLEHLO_SUBTRACT"), {in, at, updates},
               {f32({4}, {-1, 2, -1, 4})});
  ModelBuilder twice = model(in, at, updates, kElements, "STABLEHLO_ADD");
  twice.current().operators[0]->inputs[1] = twice.current().operators[0]->inputs[0];
  expect_model(twice, {in, at, updates}, {f32({4}, {2, 2, 12, 4})});
}
OP_TEST(stablehlo_scatter, takes_several_tensors) {
  // (v, c) and (w, d) give (v + w, c - d * v): the second sees what the first was.
  const Literal sums = f32({3}, {1, 2, 3}), counts = i32({3}, {10, 20, 30});
  const Literal at = i64({4, 1}, {2, 0, 2, 9}), more = f32({4}, {5, 6, 7, 8});
  const Literal less = i32({4}, {1, 2, 3, 4});
  const std::vector<Literal> all{sums, counts, at, more, less};
  ModelBuilder m = model_of("STABLEHLO_SCATTER", scatter(kElements), all, {sums, counts});
  m.subgraph("body");
  const int v = m.input(f32({})), c = m.input(i32({})), w = m.input(f32({})), d = m.input(i32({}));
  const int sum = m.tensor(f32({})), whole = m.tensor(i32({})), product = m.tensor(i32({}));
  const int rest = m.tensor(i32({}));
  m.op("STABLEHLO_ADD", {v, w}, {sum});
  m.op("CAST", {v}, {whole});
  m.op("STABLEHLO_MULTIPLY", {d, whole}, {product});
  m.op("STABLEHLO_SUBTRACT", {c, product}, {rest});
  m.output(sum);
  m.output(rest);
  expect_model(m, all, {f32({3}, {7, 2, 15}), i32({3}, {8, 20, 3})});
  const auto refused = [&](size_t input, const Literal& other, const char* text) {
    std::vector<Literal> inputs = all;
    inputs[input] = other;
    ModelBuilder bad = model_of("STABLEHLO_SCATTER", scatter(kElements), inputs, {sums, counts});
    add_function(bad, "STABLEHLO_ADD", Type::f32);
    expect_model_error(bad, {}, Code::invalid_model, text);
  };
  refused(1, i32({4}), "scatters into tensors of shape [3] and [4]");
  refused(4, i32({5}), "updates [5] do not fit");
  refused(4, f32({4}), "same type");
  refused(4, less, "takes 2 and gives 1 tensors instead of 4 and 2");
}
OP_TEST(stablehlo_scatter, indices_may_be_single_elements) {
  const Literal in = i32({3}, {1, 2, 3}), at = i32({2}, {2, 0}), updates = i32({2}, {10, 20});
  expect_model(model(in, at, updates, {{}, {0}, {0}, 1}, "STABLEHLO_ADD"), {in, at, updates},
               {i32({3}, {21, 2, 13})});
}
OP_TEST(stablehlo_scatter, leaves_out_what_falls_outside) {
  const Literal in = f32({4}, {1, 2, 3, 4}), updates = f32({3, 2}, {10, 20, 30, 40, 50, 60});
  const Literal at = i64({3, 1}, {-1, 3, std::numeric_limits<int64_t>::max()});
  expect_model(model(in, at, updates, {{1}, {}, {0}, 1}, "STABLEHLO_ADD"), {in, at, updates},
               {f32({4}, {21, 2, 3, 34})});
}
OP_TEST(stablehlo_scatter, refuses_shapes_that_do_not_fit) {
  const auto refused = [](const ScatterDims& d, const char* text) {
    const Literal in = f32({4}), at = i32({3, 1}), updates = f32({3});
    expect_model_error(model(in, at, updates, d, "STABLEHLO_ADD"), {}, Code::invalid_model, text);
  };
  refused({{0}, {0}, {0}, 1}, "updates [3] do not fit [4] and indices [3, 1]");
  refused({{}, {}, {0}, 1}, "do not fit");
  refused({{1}, {0}, {0}, 1}, "update_window_dims [1] are not");
  refused({{}, {1}, {0}, 1}, "inserted_window_dims [1] are not");
  refused({{}, {0}, {1}, 1}, "scatter_dims_to_operand_dims [1] are not");
  refused({{}, {0}, {0}, 0}, "has 1 entries for vectors of 3");
  refused({{}, {0}, {0}, 3}, "index_vector_dim 3");
}
OP_TEST(stablehlo_scatter, refuses_wrong_bodies) {
  const Literal in = f32({4}), at = i32({3, 1}), updates = f32({3});
  ModelBuilder other = model_of("STABLEHLO_SCATTER", scatter(kElements), {in, at, updates}, {in});
  add_function(other, "STABLEHLO_ADD", Type::i32);
  expect_model_error(other, {}, Code::invalid_model, "is of int32 instead of float32");
  ModelBuilder few = model(in, at, updates, kElements, "STABLEHLO_ADD");
  few.current().outputs.push_back(few.current().outputs[0]);
  expect_model_error(few, {}, Code::invalid_model, "takes 2 and gives 2 tensors");
  ModelBuilder bits = model(in, at, updates, kElements, "STABLEHLO_AND");
  expect_model_error(bits, {}, Code::invalid_model, "combines the bits of float32");
}
OP_TEST(stablehlo_scatter, refuses_bodies_that_do_not_exist_or_call_themselves) {
  for (const int body : {-1, 0, 7}) {
    const Literal in = f32({4}), at = i32({3, 1}), updates = f32({3});
    const ModelBuilder m =
        model_of("STABLEHLO_SCATTER", scatter(kElements, body), {in, at, updates}, {in});
    expect_model_error(m, {}, Code::invalid_model, body == 0 ? "calls itself" : "calls subgraph");
  }
}

}  // namespace samara::testing::stablehlo_scatter_test
