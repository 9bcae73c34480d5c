// Test cases of CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV and FULLY_CONNECTED whose outputs
// LiteRT's reference kernels gave (scripts/make_layer_cases.py). Only tests include this.
#pragma once

#include <string>
#include <vector>

#include "testing/op_test.h"

namespace samara::testing {

struct LayerCase {
  const char* what;
  std::string op;
  Type in_type, weight_type, bias_type, out_type;
  Literal::Dims in, weights, out;
  int same;
  std::vector<int> stride, dilation;
  int activation;
  int64_t zero;
  std::vector<float> scales;
  int64_t weight_zero;
  float out_scale;
  int64_t out_zero;
  bool asymmetric, bias;
  uint32_t seed;
  std::vector<double> values;

  OpCase op_case() const;
  Literal input() const;
  Literal weight_literal() const;
  Literal bias_literal() const;
  Literal expected() const;
  Options options() const;
};

/// The cases of an operator.
std::vector<LayerCase> layer_cases(const std::string& op);

/// Runs them with weights stored in the model, and with weights and bias given at run time.
void run_layer_cases(const std::string& op);

}  // namespace samara::testing
