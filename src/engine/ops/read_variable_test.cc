// Tests of VAR_HANDLE, ASSIGN_VARIABLE and READ_VARIABLE together, and of CALL_ONCE, which sets a
// variable's first value.
#include "testing/op_test.h"

namespace samara::testing::read_variable_test {

Literal handle() {
  Literal l = i32({}, {0});
  l.type = Type::resource;
  return l;
}
int variable(ModelBuilder& m, const char* name) {
  const int h = m.tensor(handle());
  m.op("VAR_HANDLE", {}, {h},
       options<fb::VarHandleOptionsT>([&](auto& o) { o.shared_name = name; }));
  return h;
}

/// Adds its input to a variable, which CALL_ONCE sets to `first`, and gives the new value.
ModelBuilder adding(const Literal& first, const Literal& read = f32({1})) {
  ModelBuilder m;
  const int x = m.input(f32({1}));
  m.op("CALL_ONCE", {}, {},
       options<fb::CallOnceOptionsT>([](auto& o) { o.init_subgraph_index = 1; }));
  const int h = variable(m, "sum"), before = m.tensor(read), after = m.tensor(f32({1}));
  m.op("READ_VARIABLE", {h}, {before}, fb::ReadVariableOptionsT{});
  m.op("ADD", {before, x}, {after}, fb::AddOptionsT{});
  m.op("ASSIGN_VARIABLE", {h, after}, {}, fb::AssignVariableOptionsT{});
  m.output(after);
  m.subgraph("first value");
  m.op("ASSIGN_VARIABLE", {variable(m, "sum"), m.constant(first)}, {},
       fb::AssignVariableOptionsT{});
  return m;
}

OP_TEST(read_variable, keeps_values_from_run_to_run) {
  for (int runs = 1; runs <= 3; ++runs) {
    const auto got = run_model(adding(f32({1}, {10})).bytes(), {f32({1}, {1})}, {.runs = runs});
    ASSERT_TRUE(got.ok()) << got.error().text();
    EXPECT_EQ(difference(f32({1}, {10.0f + float(runs)}), (*got)[0], 1e-6f), "");
  }
}

OP_TEST(read_variable, takes_the_shape_of_the_variable_where_the_file_has_none) {
  const auto got = run_model(adding(f32({1}, {10}), f32({})).bytes(), {f32({1}, {1})}, {.runs = 2});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(difference(f32({1}, {12}), (*got)[0], 1e-6f), "");
}

void expect_failure(const ModelBuilder& m, const std::string& text) {
  const auto got = run_model(m.bytes(), {f32({1}, {1})});
  ASSERT_FALSE(got.ok());
  EXPECT_NE(got.error().text().find(text), std::string::npos) << got.error().text();
}

OP_TEST(read_variable, refuses_another_shape_or_type) {
  expect_failure(adding(f32({2}, {1, 2})), "the variable has shape [2]");
  expect_failure(adding(i32({1}, {1})), "the variable is int32");
}

OP_TEST(read_variable, refuses_a_variable_without_a_value) {
  ModelBuilder m;
  m.input(f32({1}));
  const int y = m.tensor(f32({1}));
  m.op("READ_VARIABLE", {variable(m, "unset")}, {y}, fb::ReadVariableOptionsT{});
  m.output(y);
  expect_failure(m, "has no value yet");
}

OP_TEST(read_variable, refuses_handles_of_no_variable) {
  OpCase c{.op = "READ_VARIABLE", .stateful = true};
  c.in(i32({1}, {5})).out(f32({1}));
  expect_error(c, Code::invalid_argument, "there is no variable with the handle 5");
  OpCase shape{.op = "READ_VARIABLE", .stateful = true};
  shape.in(i32({2}, {5, 5})).out(f32({1}));
  expect_error(shape, Code::invalid_model, "has shape [2]");
}

OP_TEST(call_once, refuses_a_subgraph_with_inputs_or_none_at_all) {
  ModelBuilder inputs = adding(f32({1}, {1}));
  inputs.model().subgraphs[1]->inputs = {1};
  expect_failure(inputs, "takes 1 and gives 0 tensors instead of 0 and 0");
  ModelBuilder none = adding(f32({1}, {1}));
  none.model()
      .subgraphs[0]
      ->operators[0]
      ->builtin_options.AsCallOnceOptions()
      ->init_subgraph_index = 9;
  expect_failure(none, "9");
}

}  // namespace samara::testing::read_variable_test
