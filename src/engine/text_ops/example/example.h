// What ParseExample and ParseExampleV2 share: serialized tf.Examples become tensors, one for each
// feature that is asked for by name. Of a sparse feature there are indices [n, 2] of example and place,
// n values, and the shape [examples, most]; of a dense one as many values as its shape tells, or its
// default.
//
// Rules from: LiteRT tflite/kernels/parse_example/parse_example.cc, TensorFlow
// core/example/{example,feature}.proto. Ragged features and dense ones of unknown length are refused,
// as there. Defaults are checked, where LiteRT reads beside them (docs/bugs.md).
#pragma once

#include <string_view>
#include <vector>

#include "engine/text_ops/op.h"

namespace samara::text_ops {

struct ExampleParams {
  bool second = false;        // ParseExampleV2: keys in vectors
  int sparse = 0;             // features of that kind; the others are dense
  std::vector<Shape> shapes;  // of dense features of one example; empty: the outputs' in the file
};

/// A feature of an example as it lies there.
struct Feature {
  enum Kind : uint8_t {
    absent = 0,
    texts = 1,
    floats = 2,
    integers = 3
  };  // the last 3: field numbers
  Kind kind = absent;
  std::string_view list;
};

template <bool second>
Result<ExampleParams> parse_example_options(const OpView& v);
extern template Result<ExampleParams> parse_example_options<false>(const OpView& v);
extern template Result<ExampleParams> parse_example_options<true>(const OpView& v);

Status infer_examples(const ExampleParams& p, Infer& n);
Status run_examples(const ExampleParams& p, Run& n);

template <bool second>
constexpr OpDef define_parse_example(std::string_view name) {
  return define_op<ExampleParams, parse_example_options<second>, infer_examples>(
      {.name = name}, {{Type::string, bind<ExampleParams, run_examples>}});
}

}  // namespace samara::text_ops
