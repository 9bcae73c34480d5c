#include "workshop/edit/indices.h"

namespace samara::edit {
namespace {

template <class T>
void change_one(T& index, Renumber change) {
  if (int64_t(index) >= 0) index = T(change(int64_t(index)));
}

void change_all(std::vector<int32_t>& indices, Renumber change) {
  for (int32_t& index : indices) change_one(index, change);
}

}  // namespace

void for_tensor_indices(fb::ModelT& model, int subgraph, Renumber change) {
  fb::SubGraphT& graph = *model.subgraphs[size_t(subgraph)];
  change_all(graph.inputs, change);
  change_all(graph.outputs, change);
  for (auto& op : graph.operators) {
    change_all(op->inputs, change);
    change_all(op->outputs, change);
    change_all(op->intermediates, change);
  }
  for (auto& tensor : graph.tensors) {
    if (!tensor->quantization) continue;
    fb::BlockwiseQuantizationT* const blocks =
        tensor->quantization->details.AsBlockwiseQuantization();
    if (!blocks) continue;
    change_one(blocks->scales, change);
    change_one(blocks->zero_points, change);
  }
  for (auto& signature : model.signature_defs) {
    if (signature->subgraph_index != uint32_t(subgraph)) continue;
    for (auto& entry : signature->inputs) change_one(entry->tensor_index, change);
    for (auto& entry : signature->outputs) change_one(entry->tensor_index, change);
  }
}

void for_buffer_indices(fb::ModelT& model, Renumber change) {
  for (auto& graph : model.subgraphs)
    for (auto& tensor : graph->tensors) change_one(tensor->buffer, change);
  for (auto& entry : model.metadata) change_one(entry->buffer, change);
  change_all(model.metadata_buffer, change);
}

void for_code_indices(fb::ModelT& model, Renumber change) {
  for (auto& graph : model.subgraphs)
    for (auto& op : graph->operators) change_one(op->opcode_index, change);
}

}  // namespace samara::edit
