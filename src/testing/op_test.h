// The operator test harness: a case is data, and run_everywhere() runs it in every way there is.
//
//   OP_TEST(leaky_relu, scales_only_the_negatives) {
//     OpCase c{.op = "LEAKY_RELU", .options = options<fb::LeakyReluOptionsT>([](auto& o) {
//                o.alpha = 0.5f;
//              })};
//     c.in(f32({3}, {-2, 0, 3})).out(f32({3}, {-1, 0, 3}));
//     run_everywhere(c);
//   }
//   OP_TEST(leaky_relu, refuses_two_inputs) {
//     OpCase c{.op = "LEAKY_RELU"};
//     c.in(f32({1}, {1})).in(f32({1}, {1})).out(f32({1}, {1}));
//     expect_error(c, Code::invalid_model, "1 input");
//   }
//
// The instruction sets of the CPU are covered by running the whole test program at each level of
// SAMARA_ISA.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "samara/base/result.h"
#include "samara/graph/op.h"
#include "testing/literal.h"
#include "testing/model_builder.h"

#define OP_TEST(op, what) TEST(op, what)

namespace samara::testing {

struct OpCase {
  std::string op;  // name in the schema; a custom code where `custom` is true
  Options options = {};
  int version = 1;
  bool custom = false;
  std::vector<uint8_t> custom_options = {};
  /// Floats may differ by this much of the expected output's largest magnitude.
  float tolerance = 1e-5f;
  graph::Numerics numerics = graph::Numerics::reference;
  /// The outputs of a second run differ from the first's (state): run once only.
  bool stateful = false;
  /// The constants that the case names suffice: the other inputs are never stored in the model.
  bool never_all_constant = false;

  std::vector<Literal> inputs = {}, outputs = {}, intermediates = {};

  /// An input of the role that the literal has; Role::run_time unless it was changed by as().
  OpCase& in(Literal l) { return add(inputs, std::move(l)); }
  /// An input that is tried both ways: given at run time, and stored in the model.
  OpCase& constant(Literal l) { return add(inputs, l.as(Role::either)); }
  /// An input that is stored in the model in every variant: weights.
  OpCase& weights(Literal l) { return add(inputs, l.as(Role::constant)); }
  OpCase& variable(Literal l) { return add(inputs, l.as(Role::variable)); }
  OpCase& no_input() { return add(inputs, absent()); }
  OpCase& intermediate(Literal l) { return add(intermediates, std::move(l)); }
  OpCase& out(Literal l) { return add(outputs, std::move(l)); }

 private:
  OpCase& add(std::vector<Literal>& to, Literal l) {
    to.push_back(std::move(l));
    return *this;
  }
};

/// Runs the case and compares outputs, at 1 and 2 threads, with its inputs
///   given at run time (all but Role::constant); constant where marked; all constant, which the
///   model may fold; and resized from other shapes.
void run_everywhere(const OpCase& c);

/// The case must fail with `code` and a text that has `text` in it, whether its marked inputs are
/// constants or given at run time (then invalid_argument may stand for invalid_model).
void expect_error(const OpCase& c, Code code, const std::string& text);

/// Loads a model and runs it once on `inputs` (in order; resized where the shape differs).
struct RunModel {
  int threads = 1;
  std::string signature = "";
  graph::Numerics numerics = graph::Numerics::reference;
  bool fold_constants = true;
  int runs = 1;  // the outputs are those of the last
};
Result<std::vector<Literal>> run_model(std::span<const std::byte> model,
                                       const std::vector<Literal>& inputs,
                                       const RunModel& how = {});

}  // namespace samara::testing
