#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_composite_test {

ModelBuilder model(int subgraph = 1) {
  ModelBuilder m =
      model_of("STABLEHLO_COMPOSITE", options<fb::StableHLOCompositeOptionsT>([=](auto& o) {
                 o.name = "own.twice";
                 o.decomposition_subgraph_index = subgraph;
               }),
               {f32({2})}, {f32({2})});
  m.subgraph("twice");
  const int x = m.input(f32({2})), y = m.tensor(f32({2}));
  m.op("ADD", {x, x}, {y}, fb::AddOptionsT{});
  m.output(y);
  return m;
}

OP_TEST(stablehlo_composite, runs_the_decomposition) {
  expect_model(model(), {f32({2}, {1, 3})}, {f32({2}, {2, 6})});
  expect_model(model(), {f32({3}, {1, 3, 5})}, {f32({3}, {2, 6, 10})});
}
OP_TEST(stablehlo_composite, may_be_nested) {
  ModelBuilder m = model();
  m.current().operators.clear();
  m.op("STABLEHLO_COMPOSITE", {0}, {1}, options<fb::StableHLOCompositeOptionsT>([](auto& o) {
         o.decomposition_subgraph_index = 2;
       }));
  m.subgraph("inner");
  m.output(m.input(f32({2})));
  expect_model(m, {f32({2}, {1, 3})}, {f32({2}, {1, 3})});
}
OP_TEST(stablehlo_composite, refuses_subgraphs_that_do_not_exist_or_fit) {
  expect_model_error(model(7), {}, Code::invalid_model, "calls subgraph 7 of 2");
  expect_model_error(model(-1), {}, Code::invalid_model, "calls subgraph -1 of 2");
  expect_model_error(model(0), {}, Code::invalid_model, "calls itself");
  ModelBuilder m = model();
  m.input(f32({2}));
  expect_model_error(m, {}, Code::invalid_model,
                     "the decomposition, subgraph 1, takes 2 and gives 1 tensors");
  ModelBuilder type = model();
  type.at(0).type = fb::TensorType_INT32;
  expect_model_error(type, {}, Code::invalid_model, "subgraph 1");
}

}  // namespace samara::testing::stablehlo_composite_test
