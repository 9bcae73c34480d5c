#include <cmath>
#include <utility>

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_reduce_test {

Options along(std::vector<int64_t> dims) {
  return options<fb::StablehloReduceOptionsT>([&](auto& o) {
    o.dimensions = std::move(dims);
    o.body_subgraph_index = 1;
  });
}
ModelBuilder model(const Literal& in, const Literal& initial, const Literal& out,
                   const std::vector<int64_t>& dims, const std::string& body) {
  ModelBuilder m = model_of("STABLEHLO_REDUCE", along(dims), {in, initial}, {out});
  add_function(m, body, in.type);
  return m;
}

OP_TEST(stablehlo_reduce, sums_every_type) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    const Literal in = of(type, {2, 3}, {1, 2, 3, 4, 5, 6}), initial = of(type, {}, {1});
    const Literal rows = of(type, {2}, {7, 16}), cols = of(type, {3}, {6, 8, 10});
    expect_model(model(in, initial, rows, {1}, "STABLEHLO_ADD"), {in, initial}, {rows});
    expect_model(model(in, initial, cols, {0}, "STABLEHLO_ADD"), {in, initial}, {cols});
  }
}
OP_TEST(stablehlo_reduce, takes_all_dimensions_or_none) {
  const Literal in = f32({2, 2}, {1, 5, 3, 4}), initial = f32({}, {2}), all = f32({}, {5});
  expect_model(model(in, initial, all, {1, 0}, "STABLEHLO_MAXIMUM"), {in, initial}, {all});
  const Literal none = f32({2, 2}, {2, 5, 3, 4});
  expect_model(model(in, initial, none, {}, "STABLEHLO_MAXIMUM"), {in, initial}, {none});
}
OP_TEST(stablehlo_reduce, nothing_gives_the_initial_value) {
  const Literal in = f32({0, 2}), initial = f32({}, {7}), out = f32({2}, {7, 7});
  expect_model(model(in, initial, out, {0}, "STABLEHLO_ADD"), {in, initial}, {out});
}
OP_TEST(stablehlo_reduce, refuses_bad_dimensions_and_bodies) {
  const auto refused = [](const std::vector<int64_t>& dims, const char* text) {
    expect_model_error(model(f32({2, 2}), f32({}), f32({2}), dims, "STABLEHLO_ADD"), {},
                       Code::invalid_model, text);
  };
  refused({2}, "dimensions [2] are not");
  refused({-1}, "dimensions [-1] are not");
  refused({0, 0}, "dimensions [0, 0] are not");
}
OP_TEST(stablehlo_reduce, calls_a_body_that_is_no_reducer) {
  const Literal in = f32({2, 3}, {2, 4, 8, 1, 10, 5}), initial = f32({}, {80});
  const Literal out = f32({2}, {80.0f / 64, 80.0f / 50});
  expect_model(model(in, initial, out, {1}, "STABLEHLO_DIVIDE"), {in, initial}, {out});
}

/// The largest value along dimension 1 and its place: (v, i) and (w, j) give (w, j) if w > v.
ModelBuilder arg_max(const Literal& in, const Literal& places, const Literal& initial,
                     const Literal& none, int32_t rows) {
  ModelBuilder m = model_of("STABLEHLO_REDUCE", along({1}), {in, places, initial, none},
                            {of(in.type, {rows}, {}), i32({rows})});
  m.subgraph("body");
  const int v = m.input(of(in.type, {}, {0})), i = m.input(i32({}));
  const int w = m.input(of(in.type, {}, {0})), j = m.input(i32({}));
  const int more = m.tensor(boolean({})), value = m.tensor(of(in.type, {}, {0}));
  const int place = m.tensor(i32({}));
  m.op("GREATER", {w, v}, {more});
  m.op("SELECT_V2", {more, w, v}, {value});
  m.op("SELECT_V2", {more, j, i}, {place});
  m.output(value);
  m.output(place);
  return m;
}
OP_TEST(stablehlo_reduce, takes_several_tensors) {
  const Literal in = f32({3, 3}, {1, 5, 5, -2, -3, -1, 9, 0, 7}), initial = f32({}, {-INFINITY});
  const Literal places = i32({3, 3}, {0, 1, 2, 0, 1, 2, 0, 1, 2}), none = i32({}, {-1});
  expect_model(arg_max(in, places, initial, none, 3), {in, places, initial, none},
               {f32({3}, {5, -1, 9}), i32({3}, {1, 2, 0})});
  const Literal no_values = f32({3, 0}), no_places = i32({3, 0});
  expect_model(arg_max(no_values, no_places, initial, none, 3),
               {no_values, no_places, initial, none},
               {f32({3}, {-INFINITY, -INFINITY, -INFINITY}), i32({3}, {-1, -1, -1})});
}
OP_TEST(stablehlo_reduce, refuses_several_tensors_that_do_not_fit) {
  const Literal in = f32({2, 2}), initial = f32({}), none = i32({});
  expect_model_error(arg_max(in, i32({2, 3}), initial, none, 2), {}, Code::invalid_model,
                     "reduces tensors of shape [2, 2] and [2, 3] at once");
  expect_model_error(arg_max(in, i32({2, 2}), initial, i64({}), 2), {}, Code::invalid_model,
                     "same type");
  ModelBuilder few = arg_max(in, i32({2, 2}), initial, none, 2);
  few.current().outputs.pop_back();
  expect_model_error(few, {}, Code::invalid_model,
                     "takes 4 and gives 1 tensors instead of 4 and 2");
  ModelBuilder turned = arg_max(in, i32({2, 2}), initial, none, 2);
  std::swap(turned.current().outputs[0], turned.current().outputs[1]);
  expect_model_error(turned, {}, Code::invalid_model, "gives int32 [] as output 0");
  ModelBuilder three = model_of("STABLEHLO_REDUCE", along({0}), {in, in, initial}, {in});
  add_function(three, "STABLEHLO_ADD", Type::f32);
  expect_model_error(three, {}, Code::invalid_model, "has 3 inputs and 1 outputs");
  const std::vector<Literal> many(34, f32({})), out(17, f32({}));
  ModelBuilder seventeen = model_of("STABLEHLO_REDUCE", along({}), many, out);
  add_function(seventeen, "STABLEHLO_ADD", Type::f32);
  expect_model_error(seventeen, {}, Code::unsupported, "joins 17 tensors at once");
}

}  // namespace samara::testing::stablehlo_reduce_test
