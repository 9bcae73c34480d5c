// ParseExample and ParseExampleV2 over Examples put together byte by byte.
#include <flatbuffers/flexbuffers.h>
#include <sys/resource.h>

#include <cstring>
#include <string>
#include <vector>

#include "engine/graph/flexbuffers/options_test.h"
#include "samara/runtime/session.h"
#include "testing/op_test.h"

namespace samara::testing::parse_example_test {

/// A field of bytes.
std::string field(int number, const std::string& bytes) {
  return std::string{char(number << 3 | 2), char(bytes.size())} + bytes;
}
std::string floats(const std::vector<float>& values) {
  std::string packed(values.size() * 4, 0);
  std::memcpy(packed.data(), values.data(), packed.size());
  return field(2, field(1, packed));
}
/// Each a field of its own: lists need not be packed.
std::string integers(const std::vector<int>& values) {
  std::string list;
  for (const int v : values) list += {8, char(v)};
  return field(3, list);
}
std::string texts(const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& v : values) list += field(1, v);
  return field(1, list);
}
std::string feature(const std::string& key, const std::string& value) {
  return field(1, field(1, key) + field(2, value));
}
std::string example(const std::vector<std::string>& features) {
  std::string all;
  for (const std::string& f : features) all += f;
  return field(1, all);
}

/// An attribute of a TensorFlow node, and one that is a number.
std::string attribute(const std::string& key, const std::string& value) {
  return field(5, field(1, key) + field(2, value));
}
std::string number(const std::string& key, int value) {
  return attribute(key, {char(3 << 3), char(value)});
}
/// The options that the converter makes: the node's name, and the node.
std::vector<uint8_t> node(const std::string& attributes) {
  flexbuffers::Builder b;
  b.Vector([&] {
    b.String("ParseExample");
    b.String(field(1, "name") + attributes);
  });
  b.Finish();
  return b.GetBuffer();
}
/// Shapes of dense features: two values, and one.
const std::string kShapes =
    attribute("dense_shapes", field(1, field(7, field(2, {1 << 3, 2})) + field(7, "")));
std::vector<uint8_t> count(int sparse) {
  return flex([&](auto& b) { b.Int("Nsparse", sparse); });
}

const std::string kFirst = example(
    {feature("a", integers({7, 8})), feature("x", floats({1, 2})), feature("t", texts({"one"}))});
const std::string kSecond = example({feature("x", floats({9, 9, 9})), feature("x", floats({3, 4})),
                                     feature("other", texts({"?"})), feature("a", "")});

OpCase with(const char* op, const std::vector<uint8_t>& options) {
  OpCase c{.op = op, .custom = true, .custom_options = options};
  c.in(strings({2}, {kFirst, kSecond})).constant(strings({0}, {}));
  return c;
}
/// "a" sparse; "x" of two floats and "t" of one text dense.
OpCase sound(const std::vector<uint8_t>& options = node(number("Nsparse", 1) + kShapes)) {
  OpCase c = with("ParseExample", options);
  c.constant(strings({}, {"a"})).constant(strings({}, {"x"})).constant(strings({1}, {"t"}));
  c.constant(f32({2}, {5, 6})).constant(strings({1}, {"none"}));
  c.out(i64({2, 2}, {0, 0, 0, 1})).out(i64({2}, {7, 8})).out(i64({2}, {2, 2}));
  return c.out(f32({2, 2}, {1, 2, 3, 4})).out(strings({2}, {"one", "none"}));
}
OpCase sound_v2() {
  OpCase c = with("ParseExampleV2", node(number("num_sparse", 2) + kShapes));
  c.constant(strings({2}, {"a", "other"})).constant(strings({2}, {"x", "t"}));
  c.constant(strings({0}, {})).constant(f32({2}, {5, 6})).constant(strings({1}, {"none"}));
  c.out(i64({2, 2}, {0, 0, 0, 1})).out(i64({1, 2}, {1, 0}));
  c.out(i64({2}, {7, 8})).out(strings({1}, {"?"})).out(i64({2}, {2, 2})).out(i64({2}, {2, 1}));
  return c.out(f32({2, 2}, {1, 2, 3, 4})).out(strings({2}, {"one", "none"}));
}

OP_TEST(parse_example, gives_features_by_name) {
  run_everywhere(sound());
  run_everywhere(sound_v2());
}

OP_TEST(parse_example, takes_one_example_and_none) {
  OpCase one = sound();
  one.inputs[0] = strings({}, {kSecond});
  one.outputs = {i64({0, 2}), i64({0}), i64({2}, {1, 0}), f32({2}, {3, 4}), strings({}, {"none"})};
  run_everywhere(one);
  OpCase none = sound();
  none.inputs[0] = strings({0}, {});
  none.outputs = {i64({0, 2}), i64({0}), i64({2}, {0, 0}), f32({0, 2}), strings({0}, {})};
  run_everywhere(none);
}

OP_TEST(parse_example, takes_shapes_of_the_file) {
  ModelBuilder m;
  std::vector<int32_t> in;
  const OpCase c = sound(count(1));
  for (const Literal& l : c.inputs) in.push_back(in.empty() ? m.input(l) : m.constant(l));
  const std::vector<int32_t> out{m.tensor(i64({1, 2})), m.tensor(i64({1})), m.tensor(i64({2})),
                                 m.tensor(f32({1, 2})), m.tensor(strings({1}, {""}))};
  m.custom("ParseExample", in, out, c.custom_options);
  for (const int32_t t : out) m.output(t);
  const auto got = run_model(m.bytes(), {c.inputs[0]});
  ASSERT_TRUE(got.ok()) << got.error().text();
  for (size_t i = 0; i < c.outputs.size(); ++i)
    EXPECT_EQ(difference(c.outputs[i], (*got)[i], 0), "") << i;
}

OP_TEST(parse_example, refuses_examples_that_do_not_fit) {
  const auto refused = [](const std::string& bytes, const char* text) {
    OpCase c = sound();
    c.inputs[0] = strings({2}, {kFirst, bytes});
    expect_error(c, Code::invalid_argument, text);
  };
  refused(kFirst.substr(0, kFirst.size() - 1), "example 1 is no sound");
  refused("\x0b", "no sound");
  refused(example({feature("x", field(2, field(1, "abc")))}), "no sound");
  refused(example({feature("x", floats({1, 2, 3}))}), "3 values");
  refused(example({feature("x", integers({1, 2}))}), "another type");
  refused(example({feature("a", texts({"x"}))}), "another type");
  OpCase needed = sound();
  needed.inputs[5] = f32({0}).as(Role::either);
  run_everywhere(needed);
  needed.inputs[0] = strings({1}, {example({})});
  expect_error(needed, Code::invalid_argument, "has no default");
}

OP_TEST(parse_example, refuses_operands_that_do_not_fit) {
  const auto refused = [](size_t input, const Literal& l, Code code, const char* text) {
    OpCase c = sound();
    c.inputs[input] = l.as(Role::either);
    expect_error(c, code, text);
  };
  refused(2, strings({2}, {"a", "b"}), Code::invalid_model, "not one string");
  refused(3, strings({}, {"a"}), Code::invalid_argument, "twice");
  refused(5, f32({3}), Code::invalid_model, "3 values");
  refused(5, i64({2}), Code::invalid_model, "same type");
  refused(0, strings({1, 1}, {""}), Code::invalid_model, "scalar or a vector");
  OpCase ragged = sound_v2();
  ragged.inputs[4] = strings({1}, {"r"}).as(Role::either);
  expect_error(ragged, Code::unsupported, "it may have 0");
  OpCase more = sound();
  more.inputs.pop_back();
  expect_error(more, Code::invalid_model, "do not make");
}

/// The most memory that the process has held so far.
int64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} * 1024;
}

// What is found is kept for every key of every example: gigabytes, of a model and an input of less than
// a megabyte.
OP_TEST(parse_example, keeps_the_budget) {
  constexpr int kKeys = 1000, kExamples = 100'000;
  std::vector<std::string> keys;
  for (int i = 0; i < kKeys; ++i) keys.push_back(std::to_string(i));
  ModelBuilder m;
  const std::vector<int32_t> in{m.input(strings({1}, {""})), m.constant(strings({0}, {})),
                                m.constant(strings({kKeys}, keys)), m.constant(strings({0}, {})),
                                m.constant(strings({0}, {}))};
  std::vector<int32_t> out;
  for (const Literal& like : {i64({0, 2}), i64({0}), i64({2})})
    for (int i = 0; i < kKeys; ++i) out.push_back(m.tensor(like));
  const std::string count{char(3 << 3), char(0x80 | (kKeys & 127)), char(kKeys >> 7)};  // a varint
  m.custom("ParseExampleV2", in, out, node(attribute("num_sparse", count)));
  for (const int32_t t : out) m.output(t);
  const auto session =
      Session::create(Model::load(m.bytes(), {}).value(), {.arena_limit = 64 << 20}).value();
  const int64_t before = peak_bytes();
  const int32_t shape[] = {kExamples};
  ASSERT_TRUE(session->resize(0, shape).ok());
  const Status refused = session->plan();
  EXPECT_LT(peak_bytes() - before, int64_t{256} << 20);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::resource_exhausted) << refused.error().text();
  const int32_t few[] = {3};
  ASSERT_TRUE(session->resize(0, few).ok());
  const std::vector<std::string> empty(3);
  ASSERT_TRUE(session->plan().ok());
  ASSERT_TRUE(session->set_input(0, std::span<const std::string>(empty)).ok());
  const Status run = session->run();
  EXPECT_TRUE(run.ok()) << run.error().text();
}

OP_TEST(parse_example, refuses_bad_options) {
  const auto refused = [](const std::vector<uint8_t>& options, Code code, const char* text) {
    expect_error(sound(options), code, text);
  };
  refused({1, 2, 3}, Code::invalid_model, "FlexBuffers");
  refused(count(-1), Code::invalid_model, "Nsparse is -1");
  refused(node("\x0b"), Code::invalid_model, "no sound TensorFlow node");
  refused(node(number("Nsparse", 1)), Code::invalid_model, "the default");
  const std::string unknown =
      field(7, field(2, std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")));
  refused(node(attribute("dense_shapes", field(1, unknown))), Code::unsupported, "unknown length");
}

}  // namespace samara::testing::parse_example_test
