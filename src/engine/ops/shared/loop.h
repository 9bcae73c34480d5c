// WHILE and STABLEHLO_WHILE: a body subgraph run on the loop's variables as long as a condition
// subgraph says so.
// Rules from: LiteRT tflite/kernels/while.cc.
//
// The outputs hold the variables during the loop. Where the body keeps their shapes, those are
// known when planning; where it does not, every output gets its shape in the run. A body that is the
// cell of a recurrent layer is run as such (shared/cell_loop.h).
#pragma once

#include <memory>

#include "engine/ops/shared/control.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {

struct CellLoop;
struct CellProducts;

struct LoopParams {
  int condition = 0, body = 0;
};

struct LoopState {
  CallState call;
  // Of a loop that is a recurrent layer's: the cell, and its weights packed.
  std::shared_ptr<const CellLoop> cell;
  std::shared_ptr<const CellProducts> products;
};

template <class Options>
Result<LoopParams> parse_loop(const OpView& v) {
  const auto& o = v.options<Options>();
  return LoopParams{o.cond_subgraph_index(), o.body_subgraph_index()};
}
Status infer_loop(const LoopParams& p, Infer& n);
Status prepare_loop(const LoopParams&, LoopState& s, Prepare& n);
Status run_loop(const LoopParams& p, LoopState& s, Run& n);

template <class Options>
constexpr OpDef define_loop(std::string_view name, int code) {
  return define_op<LoopParams, LoopState, parse_loop<Options>, infer_loop, prepare_loop>(
      {.name = name, .code = code, .pure = false}, {{kAny, bind<LoopParams, LoopState, run_loop>}});
}

}  // namespace samara::ops
