#include "engine/ops/shared/typed_test.h"
#include "samara/runtime/session.h"

namespace samara::testing::stablehlo_composite_test {

Options composite(int subgraph) {
  return options<fb::StableHLOCompositeOptionsT>([=](auto& o) {
    o.name = "own.twice";
    o.decomposition_subgraph_index = subgraph;
  });
}
/// The operators that one run of the main subgraph's plan has, by name; of subgraphs that are called,
/// too.
std::vector<std::string> planned(const ModelBuilder& m) {
  std::vector<std::string> out;
  const auto session = Session::create(Model::load(m.bytes(), {}).value()).value();
  for (const PlannedNode& node : session->report().nodes)
    out.push_back(std::string(node.op) + (node.note.empty() ? "" : ", " + std::string(node.note)));
  return out;
}
using Ops = std::vector<std::string>;

ModelBuilder model(int subgraph = 1) {
  ModelBuilder m = model_of("STABLEHLO_COMPOSITE", composite(subgraph), {f32({2})}, {f32({2})});
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
OP_TEST(stablehlo_composite, is_replaced_by_its_decomposition) {
  EXPECT_EQ(planned(model()), Ops{"ADD"});
  ModelBuilder m;  // x and a constant, each twice what it was, twice
  const int x = m.input(f32({2})), c = m.constant(f32({2}, {5, 7}));
  std::vector<int32_t> t;
  for (int i = 0; i < 5; ++i) t.push_back(m.tensor(f32({2})));
  m.op("STABLEHLO_COMPOSITE", {x}, {t[0]}, composite(1));
  m.op("STABLEHLO_COMPOSITE", {t[0]}, {t[1]}, composite(2));
  m.op("STABLEHLO_COMPOSITE", {c}, {t[2]}, composite(1));
  m.op("STABLEHLO_COMPOSITE", {t[2]}, {t[3]}, composite(2));
  m.op("ADD", {t[1], t[3]}, {t[4]}, fb::AddOptionsT{});
  m.output(t[4]);
  m.output(t[0]);
  m.subgraph("twice");
  const int y = m.input(f32({2})), two = m.constant(f32({}, {2})), p = m.tensor(f32({2}));
  const int q = m.tensor(f32({2}));
  m.op("MUL", {y, two}, {p}, fb::MulOptionsT{});
  m.op("NEG", {p}, {q});
  m.output(q);
  m.subgraph("again");
  const int z = m.input(f32({2})), again = m.tensor(f32({2}));
  m.op("STABLEHLO_COMPOSITE", {z}, {again}, composite(1));
  m.output(again);
  expect_model(m, {f32({2}, {1, 3})}, {f32({2}, {24, 40}), f32({2}, {-2, -6})});
  EXPECT_EQ(planned(m), (Ops{"MUL", "NEG", "MUL", "NEG", "MUL, folded", "NEG, folded",
                             "MUL, folded", "NEG, folded", "ADD"}));
}
OP_TEST(stablehlo_composite, tells_where_an_operator_of_it_fails) {
  ModelBuilder m = model();
  m.current().operators.clear();
  m.op("RESHAPE", {0, m.constant(i32({1}, {3}))}, {1}, fb::ReshapeOptionsT{});
  expect_model_error(m, {}, Code::invalid_model, "operator 0 RESHAPE 't1' of subgraph 1 'twice'");
}
OP_TEST(stablehlo_composite, is_called_where_the_decomposition_is_more_than_a_function) {
  const auto called = [](ModelBuilder m, const std::vector<Literal>& out) {
    expect_model(m, {f32({2}, {1, 3})}, out);
    const Ops ops = planned(m);
    EXPECT_EQ(ops.at(0), "STABLEHLO_COMPOSITE");
  };
  ModelBuilder input = model();
  input.current().operators.clear();
  input.current().outputs = {0};
  called(input, {f32({2}, {1, 3})});
  ModelBuilder constant = model();
  constant.current().operators.clear();
  constant.current().outputs = {constant.constant(f32({2}, {8, 9}))};
  called(constant, {f32({2}, {8, 9})});
  ModelBuilder twice = model();
  fb::SubGraphT& main = *twice.model().subgraphs[0];
  main.tensors.push_back(std::make_unique<fb::TensorT>(*main.tensors[1]));
  main.operators[0]->outputs.push_back(2);
  main.outputs.push_back(2);
  twice.output(twice.current().outputs[0]);
  called(twice, {f32({2}, {2, 6}), f32({2}, {2, 6})});
  ModelBuilder scale = model_of("STABLEHLO_COMPOSITE", composite(1), {f32({2})}, {f32({2})});
  scale.subgraph("quantized as something else");
  const int x = scale.input(f32({2})), i = scale.tensor(f32({2}).q(2.0f));
  scale.op("NEG", {x}, {i});
  scale.output(i);
  called(scale, {f32({2}, {-1, -3})});
  ModelBuilder random = model();
  const int shape = random.constant(i32({1}, {2})), noise = random.tensor(f32({2}));
  random.op("RANDOM_UNIFORM", {shape}, {noise}, fb::RandomOptionsT{});
  called(random, {f32({2}, {2, 6})});
}
/// Each of so many subgraphs is the next one, twice: 2^length operators, if all took their places.
OP_TEST(stablehlo_composite, grows_no_further_than_its_limit) {
  constexpr int kLength = 30;
  ModelBuilder m;
  for (int i = 0; i < kLength; ++i) {
    if (i > 0) m.subgraph("half");
    const int x = m.input(f32({1})), y = m.tensor(f32({1})), z = m.tensor(f32({1}));
    if (i + 1 < kLength) {
      m.op("STABLEHLO_COMPOSITE", {x}, {y}, composite(i + 1));
      m.op("STABLEHLO_COMPOSITE", {y}, {z}, composite(i + 1));
    } else {
      m.op("NEG", {x}, {y});
      m.op("NEG", {y}, {z});
    }
    m.output(z);
  }
  const auto model = Model::load(m.bytes(), {});
  ASSERT_TRUE(model.ok()) << model.error().text();
  SessionOptions options;
  options.time_limit_ms = 200;
  (void)Session::create(*model, options);
}
OP_TEST(stablehlo_composite, may_be_nested) {
  ModelBuilder m = model();
  m.current().operators.clear();
  m.op("STABLEHLO_COMPOSITE", {0}, {1}, composite(2));
  m.subgraph("inner");
  m.output(m.input(f32({2})));
  expect_model(m, {f32({2}, {1, 3})}, {f32({2}, {1, 3})});
}
OP_TEST(stablehlo_composite, refuses_versions_of_the_future) {
  ModelBuilder m = model();
  for (const auto& code : m.model().operator_codes)
    if (code->builtin_code == fb::BuiltinOperator_STABLEHLO_COMPOSITE) code->version = 99;
  const auto loaded = Model::load(m.bytes());
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code(), Code::unsupported) << loaded.error().text();
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
