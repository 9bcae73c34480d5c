// What a built-in operator includes: the public operator contract, the generated options tables,
// and the small words that operator files are written in.
#pragma once

#include "base/checked.h"                              // IWYU pragma: export
#include "base/text.h"                                 // IWYU pragma: export
#include "base/try.h"                                  // IWYU pragma: export
#include "engine/schema/generated/tflite_generated.h"  // IWYU pragma: export
#include "samara/graph/op.h"                           // IWYU pragma: export

namespace samara::graph {

template <class T>
  requires(fb::BuiltinOptionsTraits<T>::enum_value != fb::BuiltinOptions_NONE)
struct OptionsTraits<T> {
  static constexpr uint8_t member = fb::BuiltinOptionsTraits<T>::enum_value;
  static constexpr bool second = false;
};
template <class T>
  requires(fb::BuiltinOptions2Traits<T>::enum_value != fb::BuiltinOptions2_NONE)
struct OptionsTraits<T> {
  static constexpr uint8_t member = fb::BuiltinOptions2Traits<T>::enum_value;
  static constexpr bool second = true;
};

}  // namespace samara::graph

namespace samara::ops {
using namespace samara::graph;  // NOLINT: operator files read as the contract does
}  // namespace samara::ops
