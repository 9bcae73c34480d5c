// Loops that are cells give what the plain loop gives, which is run where somebody watches; and what
// only looks like a cell stays a loop.
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "samara/runtime/session.h"
#include "testing/op_test.h"

namespace samara::testing::cell_loop_test {

constexpr int32_t kSteps = 5, kBatch = 2, kDepth = 3, kUnits = 4;

struct Recipe {
  bool gru = false, joined = false, turned = false, sequence = true;
  int32_t steps = kSteps, batch = kBatch, depth = kDepth, units = kUnits;
  int32_t end = -1;            // -1: all steps
  std::string inner = "TANH";  // of the cell's fresh values
  fb::ActivationFunctionType fused = fb::ActivationFunctionType_NONE;
  bool spare_node = false;  // one more operator in the body
  // As TensorFlow's converter writes Keras's layers: two counters, biases added apart, rows of a
  // batch of 1 as vectors, and y put together of its parts.
  bool keras = false;
  bool hybrid = false;       // weights are int8
  bool last_only = false;    // y is [1, batch, units]
  bool open_end = false;     // the loop ends at a variable
  bool twice = false;        // the counter is compared twice
  bool reset_first = false;  // the GRU's gate is in what the last layer takes
  bool mask = false;         // steps at which all stays as it was
  enum Flaw { none, cell_unmasked, output_of_state, other_way } flaw = none;
  Type cell = Type::f32;    // of the LSTM's cell variable, which begins with zeros
  int32_t second_step = 1;  // of the second counter
};

class Builder {
 public:
  explicit Builder(const Recipe& r) : r_(r) {}

  ModelBuilder build() {
    const std::vector<int32_t> in = inputs();
    std::vector<int32_t> out;
    for (size_t i = 0; i < in.size(); ++i) out.push_back(m_.tensor(values()[i]));
    m_.op("WHILE", in, out, options<fb::WhileOptionsT>([](auto& o) {
            o.cond_subgraph_index = 1;
            o.body_subgraph_index = 2;
          }));
    for (const int32_t i : out) m_.output(i);
    condition();
    body();
    return std::move(m_);
  }
  std::vector<Literal> values(int32_t first = 0) const {
    std::vector<Literal> out{i32({}, {first}), random_f32(input().shape, 1)};
    out.push_back(random_f32(state().shape, 2));
    if (!r_.gru) out.push_back(r_.cell == Type::f32 ? random_f32(state().shape, 3) : cell());
    if (r_.sequence) out.push_back(random_f32(outputs().shape, 9));
    if (r_.keras) out.push_back(i32({}, {0}));
    if (r_.open_end) out.push_back(i32({}, {r_.steps}));
    if (r_.mask) {
      out.push_back(random_f32(state().shape, 8));
      std::vector<uint8_t> steps;
      for (int32_t i = 0; i < r_.steps * r_.batch; ++i) steps.push_back(i * i % 5 < 2 ? 0 : 1);
      out.push_back(boolean({r_.steps, r_.batch, 1}, steps));
    }
    return out;
  }

 private:
  int states() const { return r_.gru ? 1 : 2; }
  size_t second() const { return size_t(2 + states() + (r_.sequence ? 1 : 0)); }
  size_t end_variable() const { return second() + (r_.keras ? 1 : 0); }
  Literal input() const { return f32({r_.steps, r_.batch, r_.depth}); }
  Literal state() const { return f32({r_.batch, r_.units}); }
  Literal cell() const {
    return raw(r_.cell, state().shape,
               std::vector<uint8_t>(bits(r_.cell) / 8 * size_t(r_.batch * r_.units)));
  }
  Literal outputs() const { return f32({r_.last_only ? 1 : r_.steps, r_.batch, r_.units}); }
  std::vector<int32_t> inputs() {
    std::vector<int32_t> out;
    for (const Literal& value : values()) out.push_back(m_.input(value));
    return out;
  }
  void condition() {
    m_.subgraph("condition");
    const std::vector<int32_t> in = inputs();
    const int32_t end = r_.end < 0 ? r_.steps : r_.end;
    const int32_t limit = r_.open_end ? in[end_variable()] : m_.constant(i32({}, {end}));
    int more = made("LESS", {in[0], limit}, boolean({}));
    if (r_.twice) {
      const int too = made("LESS", {in[0], m_.constant(i32({}, {end + 1}))}, boolean({}));
      more = made("LOGICAL_AND", {too, more}, boolean({}));
    }
    if (r_.keras) {
      const int too = made("LESS", {in[second()], m_.constant(i32({}, {end}))}, boolean({}));
      more = made("LOGICAL_AND", {too, more}, boolean({}));
    }
    m_.output(more);
  }
  int made(const char* op, std::vector<int32_t> in, const Literal& shape,
           const Options& options = {}) {
    const int out = m_.tensor(shape);
    m_.op(op, std::move(in), {out}, options);
    return out;
  }
  int mul(int a, int b) { return mul(a, b, state()); }
  int mul(int a, int b, const Literal& shape) {
    return made("MUL", r_.turned ? std::vector{b, a} : std::vector{a, b}, shape,
                options<fb::MulOptionsT>([&](auto& o) { o.fused_activation_function = r_.fused; }));
  }
  int add(int a, int b, const Literal& shape) {
    return made("ADD", r_.turned ? std::vector{b, a} : std::vector{a, b}, shape, fb::AddOptionsT{});
  }
  int act(const char* op, int x) { return made(op, {x}, state()); }
  Literal weights(int32_t rows, int32_t depth, uint32_t seed) const {
    if (!r_.hybrid) return random_f32({rows, depth}, seed);
    std::vector<float> scales;
    for (int32_t i = 0; i < rows; ++i) scales.push_back(0.01f + 0.0001f * float(i));
    const Literal values = random_i8({rows, depth}, seed);
    return seed < 30 ? values.q(scales) : values.q(0.01f);
  }
  int layer(int x, int32_t depth, int32_t rows, uint32_t seed, bool bias) {
    std::vector<int32_t> in{x, m_.constant(weights(rows, depth, seed))};
    const int b = bias ? m_.constant(random_f32({rows}, seed + 1)) : -1;
    in.push_back(r_.keras ? -1 : b);
    if (in.back() < 0 && !r_.keras) in.pop_back();
    const int out =
        made("FULLY_CONNECTED", in, f32({r_.batch, rows}), fb::FullyConnectedOptionsT{});
    return r_.keras && bias ? add(out, b, f32({r_.batch, rows})) : out;
  }
  /// As a vector, where the converter makes one.
  int squeezed(int x, int32_t rows) {
    if (!r_.keras || r_.batch != 1) return x;
    return made("RESHAPE", {x, m_.constant(i32({1}, {rows}))}, f32({rows}), fb::ReshapeOptionsT{});
  }
  std::vector<int> split(int x, int parts) {
    std::vector<int32_t> out;
    for (int i = 0; i < parts; ++i) out.push_back(m_.tensor(state()));
    m_.op("SPLIT", {m_.constant(i32({}, {1})), x}, out,
          options<fb::SplitOptionsT>([=](auto& o) { o.num_splits = parts; }));
    return {out.begin(), out.end()};
  }
  std::vector<int> columns(int x, int parts) {
    std::vector<int32_t> out;
    const int ones = m_.constant(i32({2}, {1, 1}));
    for (int i = 0; i < parts; ++i) {
      const int begin = m_.constant(i32({2}, {0, i * r_.units}));
      const int end = m_.constant(i32({2}, {0, i + 1 == parts ? 0 : (i + 1) * r_.units}));
      out.push_back(made("STRIDED_SLICE", {x, begin, end, ones}, state(),
                         options<fb::StridedSliceOptionsT>([=](auto& o) {
                           o.begin_mask = i == 0 ? 3 : 1;
                           o.end_mask = i + 1 == parts ? 3 : 1;
                         })));
    }
    return {out.begin(), out.end()};
  }
  /// h' and c' of the cell.
  std::pair<int, int> lstm(int x, int h, int c) {
    const int32_t rows = 4 * r_.units;
    int sum = -1;
    if (r_.joined) {
      const int both = made("CONCATENATION", {x, h}, f32({r_.batch, r_.depth + r_.units}),
                            options<fb::ConcatenationOptionsT>([](auto& o) { o.axis = 1; }));
      sum = layer(both, r_.depth + r_.units, rows, 20, true);
    } else {
      sum = add(layer(x, r_.depth, rows, 20, !r_.keras),
                squeezed(layer(h, r_.units, rows, 30, false), rows), f32({r_.batch, rows}));
      if (r_.keras) sum = add(sum, m_.constant(random_f32({rows}, 21)), f32({r_.batch, rows}));
    }
    const auto part = split(sum, 4);
    const int keep = act("LOGISTIC", part[1]);
    const int added = mul(act("LOGISTIC", part[0]), act(r_.inner.c_str(), part[2]));
    const int out = act("LOGISTIC", part[3]);
    if (r_.cell == Type::f32) {
      const int next = add(mul(keep, c), added, state());
      return {mul(out, act("TANH", next)), next};
    }
    // Of two types the first one says which kernel is to be had.
    const int next = add(mul(c, keep, cell()), added, cell());
    return {mul(made("TANH", {next}, cell()), out), next};
  }
  int gru(int x, int h) {
    const int32_t rows = 3 * r_.units;
    const auto a = split(layer(x, r_.depth, rows, 20, true), 3);
    const int parts = r_.reset_first ? 2 : 3;
    const int inner = layer(h, r_.units, parts * r_.units, 30, true);
    const auto u = r_.keras ? columns(inner, parts) : split(inner, parts);
    const int keep = act("LOGISTIC", add(a[0], u[0], state()));
    const int reset = act("LOGISTIC", add(a[1], u[1], state()));
    const int recurrent =
        r_.reset_first ? layer(mul(reset, h), r_.units, r_.units, 40, true) : mul(reset, u[2]);
    const int fresh = act(r_.inner.c_str(), add(a[2], recurrent, state()));
    const int rest = made("SUB", {m_.constant(f32({}, {1})), keep}, state(), fb::SubOptionsT{});
    return add(mul(keep, h), mul(rest, fresh), state());
  }
  int one_more(int t, int32_t step = 1) {
    return made("ADD", {t, m_.constant(i32({}, {step}))}, i32({}), fb::AddOptionsT{});
  }
  /// [t, rest, rest]
  int begin_at(int t, int32_t rest) {
    const int one = m_.constant(i32({1}, {1}));
    const int front = made("RESHAPE", {t, one}, i32({1}), fb::ReshapeOptionsT{});
    return made("CONCATENATION", {front, m_.constant(i32({2}, {rest, rest}))}, i32({3}),
                fb::ConcatenationOptionsT{});
  }
  /// y with this row in place t.
  int put(int y, int row, int t, int next) {
    if (r_.last_only) return row;
    if (r_.keras) {
      const int start = m_.constant(i32({3}, {0, 0, 0})),
                rest = m_.constant(i32({3}, {-1, -1, -1}));
      const Literal part = f32({1, r_.batch, r_.units});
      const int before = made("SLICE", {y, start, begin_at(t, -1)}, part);
      const int behind = made("SLICE", {y, begin_at(next, 0), rest}, part);
      return made("CONCATENATION", {before, row, behind}, outputs(), fb::ConcatenationOptionsT{});
    }
    const int zero = m_.constant(i32({}, {0}));
    const int at = made("PACK", {t, zero, zero}, i32({3}),
                        options<fb::PackOptionsT>([](auto& o) { o.values_count = 3; }));
    return made("DYNAMIC_UPDATE_SLICE", {y, row, at}, outputs());
  }
  void body() {
    m_.subgraph("body");
    const std::vector<int32_t> in = inputs();
    const int t = in[0], all = in[1], h = in[2], next = one_more(t);
    const int x = made("GATHER", {all, t}, f32({r_.batch, r_.depth}), fb::GatherOptionsT{});
    int hidden = -1, cell = -1;
    if (r_.gru) {
      hidden = gru(x, h);
    } else {
      std::tie(hidden, cell) = lstm(x, h, in[3]);
    }
    if (r_.spare_node) made("NEG", {hidden}, state());
    int shown = hidden;
    if (r_.mask) {
      const int last = in[in.size() - 2];
      const int now = made("GATHER", {in.back(), t}, boolean({r_.batch, 1}), fb::GatherOptionsT{});
      const auto masked = [&](int fresh, int old) {
        return made("SELECT_V2", {now, fresh, old}, state(), fb::SelectV2OptionsT{});
      };
      shown = r_.flaw == Recipe::output_of_state ? masked(hidden, h) : masked(hidden, last);
      if (!r_.gru && r_.flaw != Recipe::cell_unmasked) cell = masked(cell, in[3]);
      hidden = r_.flaw == Recipe::other_way ? masked(h, hidden) : masked(hidden, h);
    }
    std::vector<int32_t> out{next, all, hidden};
    if (!r_.gru) out.push_back(cell);
    if (r_.sequence) {
      const int row = made("RESHAPE", {shown, m_.constant(i32({3}, {1, r_.batch, r_.units}))},
                           f32({1, r_.batch, r_.units}), fb::ReshapeOptionsT{});
      out.push_back(put(in[size_t(2 + states())], row, t, next));
    }
    if (r_.keras) out.push_back(one_more(in[second()], r_.second_step));
    if (r_.open_end) out.push_back(in[end_variable()]);
    if (r_.mask) out.insert(out.end(), {shown, in.back()});
    for (const int32_t i : out) m_.output(i);
  }

  Recipe r_;
  ModelBuilder m_;
};

struct Ran {
  std::string kernel;  // of the loop, as the plan tells it
  std::vector<std::vector<std::byte>> outputs;
};
Ran run(Session& s, const std::vector<Literal>& values, graph::Observer* observer = nullptr) {
  Ran out{s.report().nodes[0].kernel, {}};
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_TRUE(s.set_input(i, std::span<const std::byte>(values[i].bytes)).ok());
  RunOptions how;
  how.observer = observer;
  const Status status = s.run(how);
  EXPECT_TRUE(status.ok()) << status.error().text();
  for (size_t i = 0; status.ok() && i < s.outputs(); ++i) {
    const graph::Tensor& t = s.output(i);
    out.outputs.emplace_back(t.data, t.data + t.bytes);
  }
  return out;
}
std::unique_ptr<Session> open(const std::vector<std::byte>& bytes, int threads = 1,
                              uint32_t loop_limit = 0, Numerics numerics = Numerics::xnnpack) {
  ModelOptions options;
  options.numerics = numerics;
  auto session = Session::create(Model::load(bytes, options).value(),
                                 {.threads = threads, .loop_limit = loop_limit});
  EXPECT_TRUE(session.ok()) << session.error().text();
  return std::move(session).value();
}

/// The loop is (or is not) run as `cell`, and as the plain loop computes it.
void expect_like_loop(const Recipe& r, const std::string& cell, int32_t first = 0) {
  const std::vector<Literal> values = Builder(r).values(first);
  const std::vector<std::byte> bytes = Builder(r).build().bytes();
  for (const int way : {0, 1, 2}) {
    const auto session =
        open(bytes, way == 0 ? 1 : 2, 0, way == 2 ? Numerics::reference : Numerics::xnnpack);
    graph::Observer watcher;
    const Ran got = run(*session, values), want = run(*session, values, &watcher);
    EXPECT_EQ(got.kernel.substr(0, got.kernel.find(' ')), cell);
    ASSERT_EQ(got.outputs.size(), want.outputs.size());
    for (size_t i = 0; i < want.outputs.size(); ++i) {
      Literal a = values[i], b = values[i];
      a.bytes = want.outputs[i];
      b.bytes = got.outputs[i];
      EXPECT_EQ(difference(a, b, r.hybrid ? 0 : 1e-6f), "") << "output " << i;
    }
  }
}

OP_TEST(cell_loop, runs_lstm_cells) {
  expect_like_loop({}, "lstm_cell");
  expect_like_loop({.turned = true}, "lstm_cell");
  expect_like_loop({.joined = true}, "lstm_cell");
  expect_like_loop({.sequence = false}, "lstm_cell");
  expect_like_loop({.steps = 33, .batch = 1, .depth = 17, .units = 40}, "lstm_cell");
}

OP_TEST(cell_loop, runs_gru_cells) {
  expect_like_loop({.gru = true}, "gru_cell");
  expect_like_loop({.gru = true, .turned = true}, "gru_cell");
  expect_like_loop({.gru = true, .sequence = false}, "gru_cell");
  expect_like_loop({.gru = true, .steps = 33, .batch = 3, .depth = 5, .units = 21}, "gru_cell");
}

OP_TEST(cell_loop, runs_cells_as_converters_write_them) {
  for (const bool gru : {false, true}) {
    const std::string cell = gru ? "gru_cell" : "lstm_cell";
    expect_like_loop({.gru = gru, .keras = true}, cell);
    expect_like_loop({.gru = gru, .turned = true, .batch = 1, .keras = true}, cell);
    expect_like_loop({.gru = gru, .sequence = false, .keras = true}, cell);
    expect_like_loop({.gru = gru, .batch = 1, .keras = true, .last_only = true}, cell);
    expect_like_loop({.gru = gru, .open_end = true}, cell);
    expect_like_loop({.gru = gru, .keras = true, .open_end = true}, cell, 2);
    expect_like_loop({.gru = gru, .end = 3, .keras = true}, cell, 1);
  }
  expect_like_loop({.joined = true, .keras = true}, "lstm_cell");
}

OP_TEST(cell_loop, runs_cells_with_int8_weights) {
  for (const bool gru : {false, true}) {
    const std::string cell = gru ? "gru_cell" : "lstm_cell";
    expect_like_loop({.gru = gru, .hybrid = true}, cell);
    expect_like_loop({.gru = gru, .turned = true, .keras = true, .hybrid = true}, cell);
    expect_like_loop({.gru = gru, .batch = 1, .keras = true, .hybrid = true, .last_only = true},
                     cell);
    expect_like_loop(
        {.gru = gru, .steps = 9, .depth = 17, .units = 40, .keras = true, .hybrid = true}, cell, 3);
  }
  expect_like_loop({.joined = true, .hybrid = true}, "lstm_cell");
  expect_like_loop({.joined = true, .depth = 17, .keras = true, .hybrid = true}, "lstm_cell");
}

OP_TEST(cell_loop, runs_gru_cells_that_reset_the_state_first) {
  for (const bool hybrid : {false, true}) {
    Recipe r{.gru = true, .hybrid = hybrid, .reset_first = true};
    expect_like_loop(r, "gru_cell");
    r.turned = true;
    expect_like_loop(r, "gru_cell");
    r.keras = true;
    r.steps = 7, r.batch = 3, r.units = 21;
    expect_like_loop(r, "gru_cell");
    r.batch = 1;
    r.last_only = true;
    expect_like_loop(r, "gru_cell", 2);
  }
  expect_like_loop({.gru = true, .inner = "RELU", .reset_first = true}, "");
  expect_like_loop({.gru = true, .spare_node = true, .reset_first = true}, "");
}

OP_TEST(cell_loop, runs_masked_cells) {
  for (const bool hybrid : {false, true}) {
    for (const bool last_only : {false, true}) {
      Recipe r{.keras = true, .hybrid = hybrid, .last_only = last_only, .mask = true};
      expect_like_loop(r, "lstm_cell");
      r.gru = true;
      expect_like_loop(r, "gru_cell", 1);
      r.reset_first = true;
      expect_like_loop(r, "gru_cell");
      r.steps = 11, r.batch = 1;
      expect_like_loop(r, "gru_cell");
    }
    expect_like_loop({.joined = true, .hybrid = hybrid, .mask = true}, "lstm_cell");
    expect_like_loop({.sequence = false, .hybrid = hybrid, .mask = true}, "lstm_cell");
  }
}

OP_TEST(cell_loop, leaves_other_masks_alone) {
  expect_like_loop({.mask = true, .flaw = Recipe::cell_unmasked}, "");
  for (const bool gru : {false, true}) {
    expect_like_loop({.gru = gru, .mask = true, .flaw = Recipe::output_of_state}, "");
    expect_like_loop({.gru = gru, .mask = true, .flaw = Recipe::other_way}, "");
  }
}

OP_TEST(cell_loop, begins_and_ends_anywhere) {
  for (const int32_t first : {1, 4, 5, 7}) expect_like_loop({}, "lstm_cell", first);
  expect_like_loop({.end = 3}, "lstm_cell");
  expect_like_loop({.end = 0}, "lstm_cell");
}

OP_TEST(cell_loop, leaves_other_bodies_alone) {
  expect_like_loop({.inner = "LOGISTIC"}, "");
  expect_like_loop({.gru = true, .inner = "RELU"}, "");
  expect_like_loop({.fused = fb::ActivationFunctionType_RELU}, "");
  expect_like_loop({.gru = true, .fused = fb::ActivationFunctionType_RELU6}, "");
  expect_like_loop({.spare_node = true}, "");
  expect_like_loop({.keras = true, .second_step = 2}, "");
  expect_like_loop({.twice = true}, "");
}

// The stand-ins of narrower variables are a node's alone; between nodes each value is rounded.
OP_TEST(cell_loop, leaves_cells_of_narrow_variables_alone) {
  for (const Type type : {Type::bf16, Type::f8e4m3fn, Type::f8e5m2}) {
    expect_like_loop({.cell = type}, "");
    expect_like_loop({.keras = true, .cell = type}, "");
  }
}

/// Both layers of the body take the matrix [4 units, 2 units] whole: it makes one row of an input of
/// two rows, which the gates spread over the batch. It is as wide as one layer over both side by side
/// would be.
ModelBuilder sharing(const Recipe& r) {
  ModelBuilder m = Builder(r).build();
  const Literal both = r.hybrid ? random_i8({4 * r.units, 2 * r.units}, 7).q(0.01f)
                                : random_f32({4 * r.units, 2 * r.units}, 7);
  const int shared = m.constant(both);
  for (auto& node : m.current().operators) {
    if (node->inputs.size() < 2 || node->outputs.size() != 1) continue;
    const auto& of = m.at(node->inputs[1]).shape;
    if (of == std::vector<int32_t>{4 * r.units, r.units}) node->inputs[1] = shared;
  }
  return m;
}

OP_TEST(cell_loop, leaves_layers_that_share_a_matrix_alone) {
  for (const bool hybrid : {false, true}) {
    const Recipe r{.depth = kUnits, .hybrid = hybrid};
    const auto values = Builder(r).values();
    const std::vector<std::byte> bytes = sharing(r).bytes();
    const auto session = open(bytes);
    graph::Observer watcher;
    const Ran got = run(*session, values), want = run(*session, values, &watcher);
    EXPECT_EQ(got.kernel, "");
    EXPECT_EQ(got.outputs.size(), values.size());
    EXPECT_EQ(got.outputs, want.outputs);
  }
}

OP_TEST(cell_loop, refuses_rows_that_are_not_there) {
  const Recipe beyond{.end = kSteps + 1};
  const auto values = Builder(beyond).values();
  const auto got = run_model(Builder(beyond).build().bytes(), values);
  ASSERT_FALSE(got.ok());
  EXPECT_NE(got.error().text().find("out of range"), std::string::npos) << got.error().text();
}

OP_TEST(cell_loop, keeps_limits) {
  const std::vector<std::byte> bytes = Builder({}).build().bytes();
  const auto fails = [&](uint32_t limit) {
    const auto session = open(bytes, 1, limit);
    return !session->run().ok();
  };
  EXPECT_TRUE(fails(kSteps - 1));
  EXPECT_FALSE(fails(kSteps));
}

}  // namespace samara::testing::cell_loop_test
