// Included before every operator file of a build for some element types alone (cmake/selection.cmake):
// operators are defined without the kernels that take others, so that nothing refers to those.
#pragma once

#include <initializer_list>

#include "engine/graph/op.h"

namespace samara::graph {

constexpr bool is_selected(const Kernel& kernel) {
  for (const Type type : kernel.types.type)
    if (type != kAny && (SAMARA_ONLY_TYPES >> int(type) & 1) == 0) return false;
  return true;
}

constexpr OpDef only_selected(OpDef op) {
  std::array<Kernel, kMaxKernels> kept{};
  size_t count = 0;
  for (const Kernel& kernel : op.kernels)
    if (kernel.run && is_selected(kernel)) kept[count++] = kernel;
  op.kernels = kept;
  return op;
}

template <class Params, auto parse, auto infer>
constexpr OpDef define_selected_op(const OpInfo& info, std::initializer_list<Kernel> kernels) {
  return only_selected(define_op<Params, parse, infer>(info, kernels));
}
template <class Params, class State, auto parse, auto infer, auto prepare>
constexpr OpDef define_selected_op(const OpInfo& info, std::initializer_list<Kernel> kernels) {
  return only_selected(define_op<Params, State, parse, infer, prepare>(info, kernels));
}

}  // namespace samara::graph

#define define_op define_selected_op  // NOLINT: what operator files go on to say
