// Golden inputs: what a publisher ships with a model so that every device can see, before it takes
// the model, that it computes there what it computed at home, and fast enough.
//
// They lie in the model as the associated file "samara_golden.json" (packed without compression), or
// in the signed description of the target, as its custom member "golden", there as a text where they
// have fractions, which signed JSON has not:
//
//   {"tolerance": 0.001, "most_ms": 50,
//    "cases": [{"inputs": [[0.5, 0.25]], "outputs": [{"file": "out.bin"}], "tolerance": 0.1}]}
//
// A tensor is its values in any nesting of lists, or the name of an associated file with its bytes.
#pragma once

#include <string_view>
#include <vector>

#include "fleet/agent/check_model.h"

namespace samara::agent {

inline constexpr std::string_view kGoldenFile = "samara_golden.json";

/// The cases of such a text, as bytes for the signature `key` of the model ("" is its first).
///
/// Errors   invalid_model  not of this form; values that do not fit the signature's tensors
///          not_found      a file that the model does not hold
Result<std::vector<Golden>> read_golden(std::string_view text, const Model& model,
                                        std::string_view key = {});

}  // namespace samara::agent
