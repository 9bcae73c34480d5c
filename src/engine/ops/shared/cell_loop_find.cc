// Finding cells in the bodies of loops: expressions are followed back from the body's outputs, and
// every node of the body must have been met.
#include <algorithm>
#include <set>
#include <vector>

#include "engine/ops/shared/cell_loop.h"
#include "engine/ops/shared/expressions.h"

namespace samara::ops {
namespace {

class Finder {
 public:
  Finder(const Operands& n, const Subgraph& condition, const Subgraph& body)
      : n_(n), condition_(condition), body_(body) {}

  std::optional<CellLoop> find() {
    if (!find_counters()) return std::nullopt;
    const int count = n_.inputs();
    for (int i = 0; i < count; ++i) {
      const Tensor& state = n_.in(i);
      if (state.type != Type::f32 || state.shape.rank() != 2 || state.shape[1] == 0) continue;
      units_ = state.shape[1];
      for (const bool gru : {false, true}) {
        CellLoop c = loop_;
        c.state = i;
        mask_time_ = hidden_ = -1;
        Expressions body = body_;
        if ((gru ? find_gru(c, body) : find_lstm(c, body)) && finish(c, body)) return c;
      }
    }
    return std::nullopt;
  }

 private:
  /// v < end, or two of those of two variables, both true.
  bool find_ends(int t, bool one_of_two = false) {
    const Node* const both =
        one_of_two ? nullptr : condition_.made_by(t, fb::BuiltinOperator_LOGICAL_AND, 2);
    if (both) return find_ends(both->op->inputs[0], true) && find_ends(both->op->inputs[1], true);
    const Node* const less = condition_.made_by(t, fb::BuiltinOperator_LESS, 2);
    if (!less) return false;
    CellLoop::Counter counter;
    counter.variable = condition_.variable(less->op->inputs[0]);
    counter.bounded = true;
    const auto end = condition_.constant<int32_t>(less->op->inputs[1], Type::i32);
    if (end.size() == 1) {
      counter.end = end[0];
    } else {
      counter.end_variable = condition_.variable(less->op->inputs[1]);
      if (!stays(counter.end_variable)) return false;
    }
    if (counter.variable < 0 || is_counter(counter.variable)) return false;
    loop_.counters.push_back(counter);
    return true;
  }
  /// A number that the body hands on.
  bool stays(int v) const { return v >= 0 && is_number(v) && body_.variable(body_.output(v)) == v; }
  bool is_number(int v) const {
    return n_.in(v).type == Type::i32 && n_.in(v).shape.elements() == 1;
  }
  /// v' = v + 1
  bool counts(int v) {
    const Node* const add =
        is_number(v) ? body_.made_by(body_.output(v), fb::BuiltinOperator_ADD, 2) : nullptr;
    return body_.is_int(Expressions::beside(add, [&](int t) { return body_.variable(t) == v; }), 1);
  }
  bool is_counter(int v) const {
    return std::ranges::any_of(loop_.counters, [&](const auto& c) { return c.variable == v; });
  }
  bool find_counters() {
    if (!find_ends(condition_.output(0)) || !condition_.all_met()) return false;
    for (const CellLoop::Counter& c : loop_.counters)
      if (!counts(c.variable)) return false;
    for (int v = 0; v < n_.inputs(); ++v) {
      if (is_counter(v) || !counts(v)) continue;
      loop_.counters.emplace_back().variable = v;
    }
    return true;
  }

  /// The variable whose row of the number in variable `time` it is; -1: it is another.
  static int find_row(Expressions& body, int t, int& time) {
    const Node* const gather = body.made_by(t, fb::BuiltinOperator_GATHER, 2);
    if (!gather) return -1;
    time = body.variable(gather->op->inputs[1]);
    const auto* const o = static_cast<const fb::GatherOptions*>(gather->op->options);
    return o && (o->axis() != 0 || o->batch_dims() != 0) ? -1
                                                         : body.variable(gather->op->inputs[0]);
  }
  /// Row t of a loop variable of rank 3, as the step's input.
  bool find_input(CellLoop& c, Expressions& body, int t) {
    const int v = find_row(body, t, c.time);
    if (v < 0) return false;
    const Tensor& x = n_.in(v);
    if (x.type != Type::f32 || x.shape.rank() != 3 || !is_counter(c.time) ||
        n_.in(c.time).shape.rank() != 0)
      return false;
    c.input = v;
    c.steps = x.shape[0], c.batch = x.shape[1], c.depth = x.shape[2];
    return true;
  }
  bool is_state(const CellLoop& c, const Expressions& body, int t) const {
    return body.variable(t) == c.state;
  }
  /// What becomes of variable v at steps that the mask lets pass; without a mask, at all. -1: it does
  /// not stay as it is at the others.
  int unmasked(CellLoop& c, Expressions& body, int v) {
    const int t = body.output(v);
    const Node* const select = body.made_by(t, fb::BuiltinOperator_SELECT_V2, 3);
    if (!select) return t;
    int time = -1;
    const int mask = find_row(body, select->op->inputs[0], time);
    if (mask < 0 || time < 0 || body.variable(select->op->inputs[2]) != v) return -1;
    if (c.mask >= 0 && (mask != c.mask || time != mask_time_)) return -1;
    c.mask = mask, mask_time_ = time;
    return select->op->inputs[1];
  }
  /// The constants of a fully connected layer; its input comes back; -1: it is another.
  int find_layer(Expressions& body, int t, CellWeights& w) {
    const Node* node = body.made_by(t, fb::BuiltinOperator_FULLY_CONNECTED, 3);
    if (!node) node = body.made_by(t, fb::BuiltinOperator_FULLY_CONNECTED, 2);
    if (!node) return -1;
    const auto* const o = static_cast<const fb::FullyConnectedOptions*>(node->op->options);
    if (o && o->weights_format() != fb::FullyConnectedOptionsWeightsFormat_DEFAULT) return -1;
    const auto& in = node->op->inputs;
    const auto rows = body.constant<float>(in[1], Type::f32);
    const Tensor& weights = body.tensor(in[1]);
    const bool bytes = HybridMatrix::takes(weights);
    if ((rows.empty() && !bytes) || weights.shape.rank() != 2) return -1;
    w = {.rows = rows.data(), .stride = weights.shape[1], .tensor = in[1]};
    if (bytes) {
      w.bytes = &weights;
      w.asymmetric = o && o->asymmetric_quantize_inputs();
    }
    if (in.size() == 3 && in[2] >= 0) {
      const auto bias = body.constant<float>(in[2], Type::f32);
      if (int64_t(bias.size()) != body.tensor(in[1]).shape[0]) return -1;
      w.bias = bias.data();
    }
    return in[0];
  }
  /// A bias is one row for all.
  static bool set_bias(CellWeights& w, std::span<const float> bias, int64_t rows) {
    const float*& place = w.bytes ? w.added : w.bias;
    if (place || int64_t(bias.size()) != rows) return false;
    place = bias.data();
    return true;
  }
  /// An operand that is a constant of floats, if one of the two is; the other one comes back.
  static int beside_constant(const Expressions& body, const Node* node,
                             std::span<const float>& constant) {
    return Expressions::beside(node, [&](int t) {
      constant = body.constant<float>(t, Type::f32);
      return !constant.empty();
    });
  }
  /// A layer whose rows may have got a bias or, those of a batch of 1, the shape of a vector.
  int find_wrapped_layer(Expressions& body, int t, CellWeights& w) {
    std::span<const float> bias;
    if (const Node* const add = body.made_by(t, fb::BuiltinOperator_ADD, 2))
      t = beside_constant(body, add, bias);
    if (const Node* const shaped = body.made_by(t, fb::BuiltinOperator_RESHAPE, 2)) {
      const auto shape = body.constant<int32_t>(shaped->op->inputs[1], Type::i32);
      t = shaped->op->inputs[0];
      const Tensor* const weights = body.weights_of(t);
      if (!weights || weights->shape.rank() != 2 || shape.empty() || shape.size() > 2 ||
          shape.back() != weights->shape[0])
        return -1;
    }
    const int input = find_layer(body, t, w);
    if (input < 0 || bias.empty()) return input;
    return set_bias(w, bias, body.tensor(w.tensor).shape[0]) ? input : -1;
  }
  /// W x + U h + b of two layers, the bias with one of them or apart.
  bool find_two_layers(CellLoop& c, Expressions& body, const Node* add) {
    std::span<const float> bias;
    const int rest = beside_constant(body, add, bias);
    if (rest >= 0) add = body.made_by(rest, fb::BuiltinOperator_ADD, 2);
    if (!add) return false;
    CellWeights a, b;
    const int left = find_wrapped_layer(body, add->op->inputs[0], a);
    const int right = find_wrapped_layer(body, add->op->inputs[1], b);
    const bool turned = is_state(c, body, left);
    c.of_input = turned ? b : a;
    c.of_state = turned ? a : b;
    if (!is_state(c, body, turned ? left : right) || !find_input(c, body, turned ? right : left))
      return false;
    const int64_t rows = body.tensor(c.of_input.tensor).shape[0];
    // Byte weights' results are kept to the bit, so that nothing may be added in another order.
    if (rest >= 0 && c.of_input.bytes) {
      c.late_bias = bias.data();
      return int64_t(bias.size()) == rows;
    }
    return rest < 0 || set_bias(c.of_input, bias, rows) || set_bias(c.of_state, bias, rows);
  }
  /// The same of one layer, whose input is both side by side.
  bool find_one_layer(CellLoop& c, Expressions& body, int t) {
    CellWeights both;
    const Node* const joined =
        body.made_by(find_wrapped_layer(body, t, both), fb::BuiltinOperator_CONCATENATION, 2);
    if (!joined) return false;
    const auto* const o = static_cast<const fb::ConcatenationOptions*>(joined->op->options);
    const size_t state = is_state(c, body, joined->op->inputs[0]) ? 0 : 1;
    if (!o || (o->axis() != 1 && o->axis() != -1)) return false;
    if (!is_state(c, body, joined->op->inputs[state]) ||
        !find_input(c, body, joined->op->inputs[1 - state]))
      return false;
    const int32_t units = n_.in(c.state).shape[1];
    c.of_input = c.of_state = both;
    c.together = both.bytes != nullptr;
    c.state_first = state == 0;
    if (c.together) return both.stride == int64_t{c.depth} + units;
    CellWeights& second = state == 0 ? c.of_input : c.of_state;
    second.first_column = state == 0 ? units : c.depth;
    second.rows += second.first_column;
    second.bias = nullptr;
    return both.stride == int64_t{c.depth} + units;
  }
  bool find_sum(CellLoop& c, Expressions& body, int t) {
    const Node* const add = body.made_by(t, fb::BuiltinOperator_ADD, 2);
    return (add && find_two_layers(c, body, add)) || find_one_layer(c, body, t);
  }
  /// The tensor that is split along its columns into so many parts, of which `t` is the one that
  /// comes back in `place`; -1: it is another.
  int find_split(Expressions& body, int t, size_t parts, int& place) {
    const Node* const split = body.made_by(t, fb::BuiltinOperator_SPLIT, 2);
    if (!split) return find_columns(body, t, parts, place);
    if (split->op->outputs.size() != parts) return -1;
    if (!body.is_int(split->op->inputs[0], 1) && !body.is_int(split->op->inputs[0], -1)) return -1;
    const auto& out = split->op->outputs;
    place = int(std::find(out.begin(), out.end(), t) - out.begin());
    return split->op->inputs[1];
  }
  static bool is_plain(const fb::StridedSliceOptions& o) {
    return !o.ellipsis_mask() && !o.new_axis_mask() && !o.shrink_axis_mask() && !o.offset();
  }
  /// The same of columns that are cut out.
  int find_columns(Expressions& body, int t, size_t parts, int& place) {
    const Node* const cut = body.made_by(t, fb::BuiltinOperator_STRIDED_SLICE, 4);
    const auto* const o =
        cut ? static_cast<const fb::StridedSliceOptions*>(cut->op->options) : nullptr;
    if (!o || !is_plain(*o)) return -1;
    const auto begin = body.constant<int32_t>(cut->op->inputs[1], Type::i32);
    const auto end = body.constant<int32_t>(cut->op->inputs[2], Type::i32);
    if (begin.size() != 2 || end.size() != 2 || !body.is_ints(cut->op->inputs[3], 2, 1)) return -1;
    const bool rows = ((o->begin_mask() & 1) || begin[0] == 0) && (o->end_mask() & 1);
    const int64_t first = o->begin_mask() & 2 ? 0 : begin[1];
    const int64_t last = o->end_mask() & 2 ? int64_t(parts) * units_ : end[1];
    place = int(first / units_);
    return rows && is_part(first, last, int64_t(parts)) ? cut->op->inputs[0] : -1;
  }
  /// Whether [first, last) is one of so many parts, each as wide as the state.
  bool is_part(int64_t first, int64_t last, int64_t parts) const {
    return first >= 0 && first % units_ == 0 && last == first + units_ && first < parts * units_;
  }
  static bool are_different(const std::array<int, 4>& gate, size_t count) {
    return std::set<int>(gate.begin(), gate.begin() + ptrdiff_t(count)).size() == count;
  }

  bool find_lstm(CellLoop& c, Expressions& body) {
    c.kind = CellLoop::lstm;
    hidden_ = unmasked(c, body, c.state);
    const Node* const hidden = body.made_by(hidden_, fb::BuiltinOperator_MUL, 2);
    int cell = -1;
    const int out = Expressions::beside(hidden, [&](int t) {
      cell = body.operand(t, fb::BuiltinOperator_TANH);
      return cell >= 0;
    });
    if (out < 0) return false;
    for (c.cell = 0; c.cell < n_.inputs() && unmasked(c, body, c.cell) != cell;) ++c.cell;
    const Node* const sum = body.made_by(cell, fb::BuiltinOperator_ADD, 2);
    if (c.cell == n_.inputs() || c.cell == c.state || !sum) return false;
    // Both stay, or none does.
    if ((body.output(c.cell) == cell) != (body.output(c.state) == hidden_)) return false;
    int keep = -1, in = -1, fresh = -1;
    const int added = Expressions::beside(sum, [&](int t) {
      keep = Expressions::beside(body.made_by(t, fb::BuiltinOperator_MUL, 2),
                                 [&](int u) { return body.variable(u) == c.cell; });
      return keep >= 0;
    });
    in = Expressions::beside(body.made_by(added, fb::BuiltinOperator_MUL, 2), [&](int t) {
      fresh = body.operand(t, fb::BuiltinOperator_TANH);
      return fresh >= 0;
    });
    int whole = -1;
    const std::array<int, 4> parts{body.operand(in, fb::BuiltinOperator_LOGISTIC),
                                   body.operand(keep, fb::BuiltinOperator_LOGISTIC), fresh,
                                   body.operand(out, fb::BuiltinOperator_LOGISTIC)};
    for (size_t i = 0; i < 4; ++i) {
      const int from = find_split(body, parts[i], 4, c.gate[i]);
      if (from < 0 || (whole >= 0 && from != whole)) return false;
      whole = from;
    }
    return are_different(c.gate, 4) && find_sum(c, body, whole);
  }

  /// Of a sum of a part of each split, in either order: that part's place; -1: it is another.
  int find_gate(const CellLoop& c, Expressions& body, int sum, int of_input, int& of_state) {
    const Node* const add = body.made_by(sum, fb::BuiltinOperator_ADD, 2);
    for (size_t i = 0; add && i < 2; ++i) {
      int place = -1, other = -1;
      if (find_split(body, add->op->inputs[i], 3, place) != of_input) continue;
      const int whole = find_split(body, add->op->inputs[1 - i], size_t(c.gates_of_state()), other);
      if (whole < 0 || place != other || (of_state >= 0 && whole != of_state)) continue;
      of_state = whole;
      return place;
    }
    return -1;
  }
  /// The input's part of the fresh values, `reset` the gate in the state's part of them: in a product
  /// with what the layer makes of the state, or with what it takes; -1: it is another.
  int find_fresh(CellLoop& c, Expressions& body, const Node* sum, int& reset, int& recurrent) {
    const int direct = Expressions::beside(sum, [&](int t) {
      const Node* const product = body.made_by(t, fb::BuiltinOperator_MUL, 2);
      recurrent = Expressions::beside(product, [&](int u) {
        reset = body.operand(u, fb::BuiltinOperator_LOGISTIC);
        return reset >= 0;
      });
      return recurrent >= 0;
    });
    if (direct >= 0) return direct;
    c.reset_first = true;
    return Expressions::beside(sum, [&](int t) {
      const int product = find_wrapped_layer(body, t, c.of_reset);
      reset = body.operand(Expressions::beside(body.made_by(product, fb::BuiltinOperator_MUL, 2),
                                               [&](int u) { return is_state(c, body, u); }),
                           fb::BuiltinOperator_LOGISTIC);
      return reset >= 0;
    });
  }

  bool find_gru(CellLoop& c, Expressions& body) {
    c.kind = CellLoop::gru;
    hidden_ = unmasked(c, body, c.state);
    const Node* const mix = body.made_by(hidden_, fb::BuiltinOperator_ADD, 2);
    int keep = -1;
    const int rest = Expressions::beside(mix, [&](int t) {
      keep = Expressions::beside(body.made_by(t, fb::BuiltinOperator_MUL, 2),
                                 [&](int u) { return is_state(c, body, u); });
      return keep >= 0;
    });
    const int fresh =
        Expressions::beside(body.made_by(rest, fb::BuiltinOperator_MUL, 2), [&](int t) {
          const Node* const sub = body.made_by(t, fb::BuiltinOperator_SUB, 2);
          if (!sub || sub->op->inputs[1] != keep) return false;
          const auto one = body.constant<float>(sub->op->inputs[0], Type::f32);
          return one.size() == 1 && one[0] == 1.0f;
        });
    const Node* const sum =
        body.made_by(body.operand(fresh, fb::BuiltinOperator_TANH), fb::BuiltinOperator_ADD, 2);
    int reset = -1, recurrent = -1, of_state = -1, other = -1;
    const int of_input = find_split(body, find_fresh(c, body, sum, reset, recurrent), 3, c.gate[2]);
    if (of_input < 0) return false;
    if (!c.reset_first) {
      of_state = find_split(body, recurrent, 3, other);
      if (of_state < 0 || other != c.gate[2]) return false;
    }
    keep = body.operand(keep, fb::BuiltinOperator_LOGISTIC);
    c.gate[0] = find_gate(c, body, keep, of_input, of_state);
    c.gate[1] = find_gate(c, body, reset, of_input, of_state);
    if (std::min({c.gate[0], c.gate[1], c.gate[2]}) < 0 || !are_different(c.gate, 3)) return false;
    return is_state(c, body, find_wrapped_layer(body, of_state, c.of_state)) &&
           find_input(c, body, find_wrapped_layer(body, of_input, c.of_input));
  }

  /// h' as [1, batch, units].
  bool is_row(const CellLoop& c, Expressions& body, int t) const {
    return body.reshaped(t) == body.output(c.previous < 0 ? c.state : c.previous) &&
           body.tensor(t).shape == Shape{1, c.batch, c.units};
  }
  bool is_time(const CellLoop& c, const Expressions& body, int t) const {
    return t >= 0 && body.variable(t) == c.time;
  }
  /// Row t of y is h'.
  bool sets_row(const CellLoop& c, Expressions& body, int v) {
    const Node* const update =
        body.made_by(body.output(v), fb::BuiltinOperator_DYNAMIC_UPDATE_SLICE, 3);
    if (!update) return joins_row(c, body, v);
    const auto& in = update->op->inputs;
    return body.variable(in[0]) == v && is_row(c, body, in[1]) &&
           is_time(c, body, body.first_of_three(in[2], 0));
  }
  /// y is the rows before t, h', and the rows behind t.
  bool joins_row(const CellLoop& c, Expressions& body, int v) {
    const Node* const joined = body.made_by(body.output(v), fb::BuiltinOperator_CONCATENATION, 3);
    if (!joined) return false;
    const auto* const o = static_cast<const fb::ConcatenationOptions*>(joined->op->options);
    const auto& parts = joined->op->inputs;
    const Node* const before = body.made_by(parts[0], fb::BuiltinOperator_SLICE, 3);
    const Node* const behind = body.made_by(parts[2], fb::BuiltinOperator_SLICE, 3);
    if (!before || !behind || (o && o->axis() != 0) || !is_row(c, body, parts[1])) return false;
    const auto &first = before->op->inputs, &last = behind->op->inputs;
    return body.variable(first[0]) == v && body.variable(last[0]) == v &&
           body.is_ints(first[1], 3, 0) && is_time(c, body, body.first_of_three(first[2], -1)) &&
           body.first_of_three(last[1], 0) == body.output(c.time) && body.is_ints(last[2], 3, -1);
  }

  /// The weights have a row for each gate and unit, and a column for each number of what they take.
  static bool weights_fit(const CellLoop& c, const Expressions& body) {
    const auto fits = [&](const CellWeights& w, int64_t gates, int64_t depth) {
      const Shape& shape = body.tensor(w.tensor).shape;
      return shape[0] == gates * c.units && shape[1] >= w.first_column + depth;
    };
    if (!fits(c.of_input, c.gates(), c.depth) ||
        !fits(c.of_state, c.gates_of_state(), c.depth_of_state()))
      return false;
    if (c.reset_first && (!fits(c.of_reset, 1, c.units) || c.of_reset.stride != c.units))
      return false;
    if (c.together) return true;
    // One layer for both has its columns beside each other.
    const bool joined = !c.of_input.bytes && c.of_input.tensor == c.of_state.tensor &&
                        c.of_input.first_column != c.of_state.first_column &&
                        c.of_input.stride == int64_t{c.depth} + c.units;
    return joined || (c.of_input.stride == c.depth && c.of_state.stride == c.units);
  }
  bool sizes_fit(CellLoop& c, const Expressions& body) {
    const Shape& h = n_.in(c.state).shape;
    if (h[0] != c.batch || h.elements() == 0 || c.depth == 0) return false;
    c.units = h[1];
    const bool cell_fits =
        c.cell < 0 || (n_.in(c.cell).type == Type::f32 && n_.in(c.cell).shape == h);
    return cell_fits && weights_fit(c, body) &&
           (c.mask < 0 || (n_.in(c.mask).type == Type::boolean && mask_time_ == c.time &&
                           n_.in(c.mask).shape == Shape{c.steps, c.batch, 1}));
  }
  /// A variable that is what a masked layer put out last.
  void find_previous(CellLoop& c, Expressions& body) {
    for (int v = 0; c.mask >= 0 && v < n_.inputs(); ++v) {
      if (v == c.state || n_.in(v).type != Type::f32 || n_.in(v).shape != n_.in(c.state).shape)
        continue;
      if (body.output(v) != hidden_ && unmasked(c, body, v) == hidden_) c.previous = v;
    }
  }
  /// Every other variable stays as it is or collects the outputs.
  bool find_output(CellLoop& c, Expressions& body) {
    find_previous(c, body);
    const Shape all{c.steps, c.batch, c.units}, one{1, c.batch, c.units};
    for (int v = 0; v < n_.inputs(); ++v) {
      if (is_counter(v) || v == c.state || v == c.cell || v == c.previous) continue;
      if (body.variable(body.output(v)) == v) continue;
      if (c.output >= 0 || n_.in(v).type != Type::f32) return false;
      c.output = v;
      c.last_only = n_.in(v).shape == one && is_row(c, body, body.output(v));
      if (!c.last_only && (n_.in(v).shape != all || !sets_row(c, body, v))) return false;
    }
    return true;
  }
  bool finish(CellLoop& c, Expressions& body) {
    if (!c.of_input.bytes != !c.of_state.bytes) return false;
    if (c.reset_first && !c.of_reset.bytes != !c.of_state.bytes) return false;
    if ((c.mask < 0) != (body.output(c.state) == hidden_)) return false;
    const auto stays_as_it_is = [&](int v) { return body.variable(body.output(v)) == v; };
    return sizes_fit(c, body) && find_output(c, body) && stays_as_it_is(c.input) &&
           (c.mask < 0 || stays_as_it_is(c.mask)) && body.all_met();
  }

  const Operands& n_;
  Expressions condition_, body_;
  CellLoop loop_;
  // Of the state that is tried:
  int32_t units_ = 0;
  int hidden_ = -1;     // what the cell makes of it, before a mask
  int mask_time_ = -1;  // the variable that says which row of the mask
};

}  // namespace

std::optional<CellLoop> find_cell_loop(const Operands& n, const LoopParams& p) {
  const Callee callee(n);
  const Subgraph* const condition = callee.subgraph(p.condition);
  const Subgraph* const body = callee.subgraph(p.body);
  // No cell has more: larger bodies are not searched.
  constexpr size_t kMostNodes = 64, kMostVariables = 16;
  if (!condition || !body || body->nodes.size() > kMostNodes ||
      condition->nodes.size() > kMostNodes || size_t(n.inputs()) > kMostVariables)
    return std::nullopt;
  return Finder(n, *condition, *body).find();
}

}  // namespace samara::ops
