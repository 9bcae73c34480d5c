// Tests of TensorListReserve, FromTensor, Stack, GetItem, SetItem, PushBack, PopBack, Length,
// ElementShape, VariantAddN and VariantZerosLike together.
#include "engine/ops/shared/typed_test.h"
#include "samara/runtime/session.h"

namespace samara::testing::tensor_list_test {

Literal variant() {
  Literal l;
  l.type = Type::variant;
  return l;
}

/// A model of lists, made one operator after the other.
struct Lists {
  ModelBuilder m;
  std::vector<Literal> inputs;

  int given(const Literal& l) {
    inputs.push_back(l);
    return m.input(l);
  }
  int list(const char* op, const std::vector<int32_t>& in, std::vector<uint8_t> options = {}) {
    const int out = m.tensor(variant());
    m.custom(op, in, {out}, std::move(options));
    return out;
  }
  int reserve(const Literal& shape, int32_t size, fb::TensorType type = fb::TensorType_FLOAT32) {
    return list("TensorListReserve", {m.constant(shape), given(i32({}, {size}))}, {uint8_t(type)});
  }
  int from(const Literal& tensor, const Literal& shape) {
    return list("TensorListFromTensor", {given(tensor), m.constant(shape)});
  }
  int set(int to, int32_t index, const Literal& item) {
    return list("TensorListSetItem", {to, given(i32({}, {index})), given(item)});
  }
  int push(int to, const Literal& item) { return list("TensorListPushBack", {to, given(item)}); }
  void give(const char* op, const std::vector<int32_t>& in, const Literal& like) {
    const int out = m.tensor(like);
    m.custom(op, in, {out}, {});
    m.output(out);
  }
  void stack(int of, const Literal& like, const Literal& shape = i32({}, {-1})) {
    give("TensorListStack", {of, m.constant(shape)}, like);
  }
  void get(int of, int32_t index, const Literal& like, const Literal& shape = i32({}, {-1})) {
    give("TensorListGetItem", {of, given(i32({}, {index})), m.constant(shape)}, like);
  }
  void expect(const std::vector<Literal>& outputs) { expect_model(m, inputs, outputs); }
  void refuse(const char* text, Code code = Code::invalid_argument) {
    expect_model_error(m, inputs, code, text);
  }
};
const Literal kUnknown = i32({}, {-1}), kPair = i32({1}, {2}), kScalars = i32({0});

OP_TEST(tensor_list, is_filled_and_stacked) {
  Lists l;
  const int empty = l.reserve(kPair, 3);
  const int one = l.set(empty, 2, f32({2}, {5, 6}));
  const int two = l.set(one, 0, f32({2}, {1, 2}));
  l.stack(two, f32({3, 2}));
  l.stack(empty, f32({3, 2}));
  l.give("TensorListLength", {two}, i32({}));
  l.give("TensorListElementShape", {two}, i32({1}));
  l.expect({f32({3, 2}, {1, 2, 0, 0, 5, 6}), f32({3, 2}), i32({}, {3}), i32({1}, {2})});
}
OP_TEST(tensor_list, is_of_any_fixed_size_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    Lists l;
    const Literal all = of(type, {2, 2}, {1, 0, 1, 1}), row = of(type, {2}, {0, 1});
    const int list = l.set(l.from(all, kUnknown), 0, row);
    l.stack(list, all);
    l.get(list, 1, row);
    l.expect({of(type, {2, 2}, {0, 1, 1, 1}), of(type, {2}, {1, 1})});
  }
}
OP_TEST(tensor_list, grows_and_shrinks) {
  Lists l;
  const int two = l.push(l.push(l.reserve(kScalars, 0), f32({}, {7})), f32({}, {8}));
  const int five = l.set(two, 4, f32({}, {9}));
  l.stack(five, f32({5}));
  const int rest = l.m.tensor(variant()), last = l.m.tensor(f32({}));
  l.m.custom("TensorListPopBack", {two, l.m.constant(kUnknown)}, {rest, last}, {});
  l.m.output(last);
  l.stack(rest, f32({1}));
  const int fewer = l.m.tensor(variant()), unset = l.m.tensor(f32({}));
  const int six = l.list("TensorListReserve", {l.m.constant(kUnknown), l.given(i32({}, {6}))}, {0});
  l.m.custom("TensorListPopBack", {six, l.m.constant(kPair)}, {fewer, unset}, {});
  l.m.output(unset);
  l.give("TensorListLength", {fewer}, i32({}));
  l.expect({f32({5}, {7, 8, 0, 0, 9}), f32({}, {8}), f32({1}, {7}), f32({2}), i32({}, {5})});
}
OP_TEST(tensor_list, knows_shapes_in_part) {
  Lists l;
  const int list = l.from(i32({2, 1, 3}, {1, 2, 3, 4, 5, 6}), i32({2}, {-1, 3}));
  l.give("TensorListElementShape", {list}, i32({2}));
  l.get(l.set(list, 3, i32({1, 3}, {7, 8, 9})), 2, i32({1, 3}));  // not set: zeros
  const int nothing = l.reserve(kUnknown, 1, fb::TensorType_INT32);
  l.give("TensorListElementShape", {nothing}, i32({}));
  l.stack(nothing, i32({1, 2}), kPair);
  l.stack(l.from(i32({2, 1}, {1, 2}), kUnknown), i32({2, 1}));
  l.expect({i32({2}, {-1, 3}), i32({1, 3}), i32({}, {-1}), i32({1, 2}), i32({2, 1}, {1, 2})});
}
OP_TEST(tensor_list, is_added) {
  Lists l;
  const int a = l.from(f32({2, 2}, {1, 2, 3, 4}), kPair);
  const int b = l.set(l.reserve(kUnknown, 2), 1, f32({2}, {10, 20}));
  const int none = l.reserve(kPair, 2);
  l.stack(l.list("VariantAddN", {a, b, a}), f32({2, 2}));
  l.stack(l.list("VariantAddN", {none, none}), f32({2, 2}));
  l.stack(l.list("VariantZerosLike", {a}), f32({2, 2}));
  l.expect({f32({2, 2}, {2, 4, 16, 28}), f32({2, 2}), f32({2, 2})});
}
/// for (i = 0; i < 3; ++i) list[i] = x[i] + x[i], as converters write recurrent layers.
OP_TEST(tensor_list, is_a_variable_of_loops) {
  Lists l;
  const Literal x = f32({3, 2}, {1, 2, 3, 4, 5, 6}), scalar = i32({}), row = f32({2});
  const int i = l.given(i32({}, {0})), all = l.given(x), list = l.reserve(kPair, 3);
  const int done = l.m.tensor(scalar), same = l.m.tensor(x), filled = l.m.tensor(variant());
  l.m.op("WHILE", {i, all, list}, {done, same, filled}, options<fb::WhileOptionsT>([](auto& o) {
           o.cond_subgraph_index = 1;
           o.body_subgraph_index = 2;
         }));
  l.stack(filled, x);
  l.m.output(done);
  ModelBuilder& m = l.m;
  m.subgraph("condition");
  const int at = m.input(scalar);
  m.input(x);
  m.input(variant());
  const int more = m.tensor(boolean({}));
  m.op("LESS", {at, m.constant(i32({}, {3}))}, {more});
  m.output(more);
  m.subgraph("body");
  const int k = m.input(scalar), from = m.input(x), to = m.input(variant());
  const int next = m.tensor(scalar), picked = m.tensor(row), twice = m.tensor(row);
  const int longer = m.tensor(variant());
  m.op("GATHER", {from, k}, {picked}, fb::GatherOptionsT{});
  m.op("ADD", {picked, picked}, {twice}, fb::AddOptionsT{});
  m.custom("TensorListSetItem", {to, k, twice}, {longer}, {});
  m.op("ADD", {k, m.constant(i32({}, {1}))}, {next}, fb::AddOptionsT{});
  for (const int t : {next, from, longer}) m.output(t);
  l.expect({f32({3, 2}, {2, 4, 6, 8, 10, 12}), i32({}, {3})});
}
OP_TEST(tensor_list, refuses_elements_that_are_not_there) {
  Lists beyond;
  beyond.get(beyond.reserve(kPair, 2), 2, f32({2}));
  beyond.refuse("element 2 of a list of 2");
  Lists negative;
  negative.stack(negative.set(negative.reserve(kPair, 2), -1, f32({2})), f32({2, 2}));
  negative.refuse("a list has no element -1");
  Lists unknown;
  unknown.get(unknown.reserve(i32({1}, {-1}), 2), 0, f32({2}));
  unknown.refuse("nothing tells the shape of elements that are not set: [-1]");
  Lists empty;
  const int rest = empty.m.tensor(variant()), last = empty.m.tensor(f32({2}));
  empty.m.custom("TensorListPopBack", {empty.reserve(kPair, 0), empty.m.constant(kPair)},
                 {rest, last}, {});
  empty.m.output(last);
  empty.refuse("is an empty list");
}
OP_TEST(tensor_list, refuses_what_does_not_fit) {
  Lists other;
  other.stack(other.set(other.reserve(kPair, 2), 0, i32({2})), f32({2, 2}));
  other.refuse("the list is of float32");
  Lists shapes;
  shapes.stack(shapes.set(shapes.reserve(kUnknown, 2), 0, f32({3})), f32({2, 2}), kPair);
  shapes.refuse("are not all of one shape like [2]");
  Lists sizes;
  sizes.stack(sizes.list("VariantAddN", {sizes.reserve(kPair, 2), sizes.reserve(kPair, 3)}),
              f32({2, 2}));
  sizes.refuse("adds lists of 2 float32 and of 3 float32");
  Lists bytes;
  const int a = bytes.from(i8({1, 2}), kPair);
  bytes.stack(bytes.list("VariantAddN", {a, a}), i8({1, 2}));
  bytes.refuse("adds lists of int8", Code::unsupported);
  Lists scalar;
  scalar.stack(scalar.from(f32({}), kUnknown), f32({1}));
  scalar.refuse("is a scalar", Code::invalid_model);
  Lists slices;
  slices.stack(slices.from(f32({2, 3}), kPair), f32({2, 3}));
  slices.refuse("slices of [2, 3] are not of shape [2]", Code::invalid_model);
}
OP_TEST(tensor_list, refuses_sizes_and_types_out_of_range) {
  Lists negative;
  negative.stack(negative.reserve(kPair, -1), f32({1, 2}));
  negative.refuse("a list cannot have -1 elements");
  Lists type;
  type.stack(type.reserve(kPair, 1, fb::TensorType_STRING), f32({1, 2}));
  type.refuse("lists of string are not known", Code::unsupported);
  Lists none;
  none.stack(none.list("TensorListReserve", {none.m.constant(kPair), none.given(i32({}))}),
             f32({1, 2}));
  none.refuse("has no options", Code::invalid_model);
  Lists matrix;
  matrix.stack(matrix.reserve(i32({1, 1}, {2}), 1), f32({1, 2}));
  matrix.refuse("a list's shape is a vector", Code::invalid_model);
  Lists ranks;
  ranks.stack(ranks.reserve(i32({9}), 1), f32({1, 2}));
  ranks.refuse("is a shape of rank 9", Code::unsupported);
  Lists below;
  below.stack(below.reserve(i32({1}, {-2}), 1), f32({1, 2}));
  below.refuse("dimension 0 is -2", Code::invalid_model);
}
OP_TEST(tensor_list, refuses_more_than_a_session_may_hold) {
  Lists l;
  l.stack(l.reserve(kPair, INT32_MAX), f32({1, 2}));
  const std::vector<std::byte> bytes = l.m.bytes();
  const auto session =
      Session::create(Model::load(bytes).value(), {.arena_limit = 1 << 20}).value();
  ASSERT_TRUE(session->set_input(0, std::as_bytes(std::span(l.inputs[0].bytes))).ok());
  const Status status = session->run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), Code::resource_exhausted) << status.error().text();
}
OP_TEST(tensor_list, refuses_other_variants) {
  Lists l;
  const int list = l.m.input(variant());
  l.stack(list, f32({1, 2}));
  expect_model_error(l.m, {variant()}, Code::invalid_argument, "is no list of tensors");
}

}  // namespace samara::testing::tensor_list_test
