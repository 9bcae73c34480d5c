// The passes over a graph, in the order of Graph::build(). Each is one file here and one call there.
#pragma once

#include "engine/graph/graph.h"

namespace samara::graph::passes {

/// Gives sparse constants the bytes of dense ones.
Status unpack_sparse(Graph& graph);
/// Lists the nodes, operators of decompositions where composites stand in the file.
void inline_composites(Graph& graph, std::span<const OpDef* const> registry);
/// Puts delegates' operators in the place of the nodes that they claim.
Status take_claims(Graph& graph);
/// Null: the registry has none.
const OpDef* find_operator(const schema::OperatorCode& code,
                           std::span<const OpDef* const> registry);
/// Finds and parses every node's operator, but for those that are settled.
Status find_operators(Graph& graph, std::span<const OpDef* const> registry);
/// Inner results of arithmetic take the type of their inputs.
void settle_types(Graph& graph);
/// Gives operators that have no kernel for their operands' types wider ones (stand_ins.h).
void widen_types(Graph& graph);
/// Lets layers that can read constants of float16 read them, instead of dequantized ones.
void bypass_dequantize(Graph& graph);
/// Computes nodes whose inputs are all constant, once; what fails or is too large stays a node.
/// Dequantizing float16 weights is the commonest case.
void fold_constants(Graph& graph);
/// Marks pure nodes whose outputs nobody needs.
void mark_dead_nodes(Graph& graph);

}  // namespace samara::graph::passes
