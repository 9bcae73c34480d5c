#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::random_uniform_test {

// Tests of all three: RANDOM_UNIFORM, RANDOM_STANDARD_NORMAL and MULTINOMIAL. Expected: LiteRT
// 2.3.0, two runs after each other.
Options seeds(int64_t seed, int64_t seed2) {
  return options<fb::RandomOptionsT>([=](auto& o) {
    o.seed = seed;
    o.seed2 = seed2;
  });
}

ModelBuilder random_model(const char* op, const Options& o, const Literal& shape, bool constant) {
  ModelBuilder m;
  const int s = constant ? m.constant(shape) : m.input(shape);
  const int y = m.tensor(f32({1}));
  m.op(op, {s}, {y}, o);
  m.output(y);
  return m;
}

Literal numbers(const char* op, const Options& o, const Literal& shape, bool constant, int runs) {
  std::vector<Literal> inputs;
  if (!constant) inputs.push_back(shape);
  const auto got = run_model(random_model(op, o, shape, constant).bytes(), inputs, {.runs = runs});
  EXPECT_TRUE(got.ok()) << got.error().text();
  return got.ok() ? (*got)[0] : f32({0});
}

void expect_runs(const char* op, const std::vector<std::vector<float>>& runs) {
  for (const bool constant : {true, false})
    for (size_t i = 0; i < runs.size(); ++i) {
      const Literal got =
          numbers(op, seeds(1234, -5678901234), i32({1}, {6}), constant, int(i) + 1);
      EXPECT_EQ(difference(f32({6}, runs[i]), got, 1e-7f), "") << op << ", run " << i;
    }
}

OP_TEST(random_uniform, goes_on_from_run_to_run) {
  expect_runs("RANDOM_UNIFORM",
              {{0.93618345f, 0.5053905f, 0.095489025f, 0.5727997f, 0.81715226f, 0.71671045f},
               {0.9207138f, 0.422472f, 0.40779734f, 0.7677214f, 0.69387937f, 0.97177756f}});
  expect_runs("RANDOM_STANDARD_NORMAL",
              {{-0.012297844f, -0.3629551f, -0.9571739f, -1.944558f, -0.62164867f, -0.1319569f},
               {0.1902593f, -0.35918453f, -1.3310972f, 0.14882891f, -0.15080981f, 0.8415288f}});
}

OP_TEST(random_uniform, differs_without_seeds) {
  for (const char* op : {"RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL"}) {
    const Literal a = numbers(op, seeds(0, 0), i32({2}, {5, 5}), true, 1);
    const Literal b = numbers(op, seeds(0, 0), i32({2}, {5, 5}), true, 1);
    EXPECT_NE(difference(a, b, 0), "") << op;
  }
}

OP_TEST(random_uniform, gives_odd_numbers_and_none) {
  for (const char* op : {"RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL"}) {
    const Literal six = numbers(op, seeds(3, 4), i32({1}, {6}), true, 1);
    const Literal five = numbers(op, seeds(3, 4), i32({1}, {5}), true, 1);
    std::vector<float> start = six.values<float>();
    start.pop_back();
    EXPECT_EQ(five.values<float>(), start) << op;
    EXPECT_EQ(numbers(op, seeds(3, 4), i32({2}, {0, 3}), false, 1).elements(), 0);
  }
}

OP_TEST(random_uniform, refuses_shapes_that_are_none) {
  for (const char* op : {"RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL"}) {
    OpCase negative{.op = op, .stateful = true};
    negative.constant(i32({1}, {-1})).out(f32({1}));
    expect_error(negative, Code::invalid_model, "a dimension cannot be -1");
    OpCase rank{.op = op, .stateful = true};
    rank.constant(i32({}, {1})).out(f32({1}));
    expect_error(rank, Code::invalid_model, "it must have rank 1");
    OpCase type{.op = op, .stateful = true};
    type.constant(i32({1}, {1})).out(f64({1}));
    expect_error(type, Code::unsupported, "it may be float32");
  }
}

std::vector<int32_t> sampled(const Literal& samples, bool constant, int runs, const Literal& odds,
                             const Literal& out) {
  ModelBuilder m;
  const int x = m.input(odds), s = constant ? m.constant(samples) : m.input(samples);
  const int y = m.tensor(out);
  m.op("MULTINOMIAL", {x, s}, {y}, seeds(7, 9));
  m.output(y);
  std::vector<Literal> inputs{odds};
  if (!constant) inputs.push_back(samples);
  const auto got = run_model(m.bytes(), inputs, {.runs = runs});
  EXPECT_TRUE(got.ok()) << got.error().text();
  if (!got.ok()) return {};
  if ((*got)[0].type == Type::i32) return (*got)[0].values<int32_t>();
  const auto wide = (*got)[0].values<int64_t>();
  return {wide.begin(), wide.end()};
}

OP_TEST(multinomial, draws_classes) {
  const Literal odds = f32({2, 3}, {0, 1, 2, 3, -INFINITY, 3});
  const std::vector<std::vector<int32_t>> runs = {{1, 2, 2, 2, 2, 0, 2, 2, 0, 2},
                                                  {2, 2, 2, 0, 2, 0, 2, 2, 2, 2}};
  for (const bool constant : {true, false})
    for (const Literal& out : {i32({2, 5}), i64({2, 5})})
      for (int i = 0; i < 2; ++i)
        EXPECT_EQ(sampled(i32({}, {5}), constant, i + 1, odds, out), runs[size_t(i)]);
}

OP_TEST(multinomial, draws_past_the_classes_where_no_odds_are_finite) {
  EXPECT_EQ(sampled(i32({}, {2}), true, 1, f32({1, 2}, {NAN, -INFINITY}), i32({1, 2})),
            (std::vector<int32_t>{2, 2}));
}

OP_TEST(multinomial, refuses_wrong_odds_and_samples) {
  OpCase negative{.op = "MULTINOMIAL", .stateful = true};
  negative.in(f32({1, 2})).constant(i32({}, {-1})).out(i32({1, 1}));
  expect_error(negative, Code::invalid_model, "there cannot be -1 samples");
  OpCase empty{.op = "MULTINOMIAL", .stateful = true};
  empty.in(f32({1, 0})).constant(i32({}, {1})).out(i32({1, 1}));
  expect_error(empty, Code::invalid_model, "have no classes");
  OpCase rank{.op = "MULTINOMIAL", .stateful = true};
  rank.in(f32({2})).constant(i32({}, {1})).out(i32({1, 1}));
  expect_error(rank, Code::invalid_model, "it must have rank 2");
}

}  // namespace samara::testing::random_uniform_test
