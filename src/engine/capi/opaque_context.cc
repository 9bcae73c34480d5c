// Opaque nodes and contexts: c_api_opaque.h over the plain structures.
#include <cstdarg>
#include <cstdio>
#include <string>

#include "engine/capi/opaque.h"
#include "engine/tflite_abi/context.h"

using samara::tflite_abi::Context;
using samara::tflite_abi::opaque;

namespace {

const TfLiteNode* plain(const TfLiteOpaqueNode* n) {
  return reinterpret_cast<const TfLiteNode*>(n);
}
TfLiteContext* plain(TfLiteOpaqueContext* c) { return reinterpret_cast<TfLiteContext*>(c); }
Context& of(const TfLiteOpaqueContext* c) {
  return Context::of(reinterpret_cast<const TfLiteContext*>(c));
}

/// An item of an array; -1 where there is no such place.
int item(const TfLiteIntArray* a, int place) {
  return a && place >= 0 && place < a->size ? a->data[place] : -1;
}
TfLiteStatus list(const TfLiteIntArray* a, const int** out, int* count) {
  if (!out || !count) return kTfLiteError;
  *out = a ? a->data : nullptr;
  *count = a ? a->size : 0;
  return kTfLiteOk;
}

}  // namespace

const TfLiteOpaqueTensor* TfLiteOpaqueNodeGetInput(const TfLiteOpaqueContext* opaque_context,
                                                   const TfLiteOpaqueNode* opaque_node, int index) {
  if (!opaque_context || !opaque_node) return nullptr;
  return opaque(of(opaque_context).tensors().get(item(plain(opaque_node)->inputs, index)));
}
TfLiteOpaqueTensor* TfLiteOpaqueNodeGetOutput(TfLiteOpaqueContext* opaque_context,
                                              const TfLiteOpaqueNode* opaque_node, int index) {
  if (!opaque_context || !opaque_node) return nullptr;
  return opaque(of(opaque_context).tensors().get(item(plain(opaque_node)->outputs, index)));
}
int TfLiteOpaqueNodeNumberOfInputs(const TfLiteOpaqueNode* n) {
  return n && plain(n)->inputs ? plain(n)->inputs->size : 0;
}
int TfLiteOpaqueNodeNumberOfOutputs(const TfLiteOpaqueNode* n) {
  return n && plain(n)->outputs ? plain(n)->outputs->size : 0;
}
void* TfLiteOpaqueNodeGetUserData(const TfLiteOpaqueNode* n) {
  return n ? plain(n)->user_data : nullptr;
}
void* TfLiteOpaqueNodeGetBuiltinData(const TfLiteOpaqueNode* n) {
  return n ? plain(n)->builtin_data : nullptr;
}
TfLiteStatus TfLiteOpaqueNodeGetCustomInitialData(const TfLiteOpaqueNode* n, const void** init_data,
                                                  int* size) {
  if (!n || !init_data || !size) return kTfLiteError;
  *init_data = plain(n)->custom_initial_data;
  *size = plain(n)->custom_initial_data_size;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueNodeInputs(const TfLiteOpaqueNode* n, const int** inputs,
                                    int* num_inputs) {
  return n ? list(plain(n)->inputs, inputs, num_inputs) : kTfLiteError;
}
TfLiteStatus TfLiteOpaqueNodeOutputs(const TfLiteOpaqueNode* n, const int** outputs,
                                     int* num_outputs) {
  return n ? list(plain(n)->outputs, outputs, num_outputs) : kTfLiteError;
}
TfLiteStatus TfLiteOpaqueNodeTemporaries(const TfLiteOpaqueNode* n, const int** temporaries,
                                         int* num_temporaries) {
  return n ? list(plain(n)->temporaries, temporaries, num_temporaries) : kTfLiteError;
}
TfLiteStatus TfLiteOpaqueNodeSetTemporaries(TfLiteOpaqueNode* opaque_node, const int* temporaries,
                                            int num_temporaries) {
  if (!opaque_node || num_temporaries < 0 || (num_temporaries > 0 && !temporaries))
    return kTfLiteError;
  auto fresh = samara::tflite_abi::int_array({temporaries, size_t(num_temporaries)});
  if (!fresh) return kTfLiteError;
  auto* const node = reinterpret_cast<TfLiteNode*>(opaque_node);
  TfLiteIntArrayFree(node->temporaries);
  node->temporaries = fresh.release();
  return kTfLiteOk;
}
int TfLiteOpaqueNodeGetInputTensorIndex(const TfLiteOpaqueNode* n, int index_of_input) {
  return n ? item(plain(n)->inputs, index_of_input) : -1;
}
int TfLiteOpaqueNodeGetOutputTensorIndex(const TfLiteOpaqueNode* n, int index_of_output) {
  return n ? item(plain(n)->outputs, index_of_output) : -1;
}

TfLiteStatus TfLiteOpaqueContextGetExecutionPlan(TfLiteOpaqueContext* opaque_context,
                                                 TfLiteIntArray** execution_plan) {
  if (!opaque_context || !execution_plan) return kTfLiteError;
  return plain(opaque_context)->GetExecutionPlan(plain(opaque_context), execution_plan);
}
TfLiteStatus TfLiteOpaqueContextGetExternalContext(TfLiteOpaqueContext* opaque_context,
                                                   void** external_context,
                                                   TfLiteExternalContextType type) {
  if (!opaque_context || !external_context) return kTfLiteError;
  *external_context = plain(opaque_context)->GetExternalContext(plain(opaque_context), type);
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueContextGetNodeAndRegistration(TfLiteOpaqueContext* opaque_context,
                                                       int node_index, TfLiteOpaqueNode** node,
                                                       TfLiteOperator** registration_external) {
  if (!opaque_context || !node || !registration_external) return kTfLiteError;
  auto* const found = of(opaque_context).node(node_index);
  if (!found) return of(opaque_context).fail("there is no node " + std::to_string(node_index));
  *node = opaque(&found->c);
  TfLiteOperator* const given = found->registration.registration_external;
  *registration_external = given ? given : found->view.get();
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueContextReplaceNodeSubsetsWithDelegateKernels(
    TfLiteOpaqueContext* opaque_context, TfLiteOperator* registration_external,
    const TfLiteIntArray* nodes_to_replace, TfLiteOpaqueDelegate* opaque_delegate) {
  if (!opaque_context || !registration_external) return kTfLiteError;
  return of(opaque_context)
      .claim(samara::tflite_abi::registration_of(registration_external), nodes_to_replace,
             reinterpret_cast<TfLiteDelegate*>(opaque_delegate));
}
TfLiteOpaqueTensor* TfLiteOpaqueContextGetOpaqueTensor(const TfLiteOpaqueContext* opaque_context,
                                                       int index) {
  return opaque_context ? opaque(of(opaque_context).tensors().get(index)) : nullptr;
}
TfLiteStatus TfLiteOpaqueContextGetInputs(const TfLiteOpaqueContext* opaque_context,
                                          const int** inputs, int* num_inputs) {
  if (!opaque_context || !inputs || !num_inputs) return kTfLiteError;
  *inputs = of(opaque_context).file().inputs.data();
  *num_inputs = int(of(opaque_context).file().inputs.size());
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueContextGetOutputs(const TfLiteOpaqueContext* opaque_context,
                                           const int** outputs, int* num_outputs) {
  if (!opaque_context || !outputs || !num_outputs) return kTfLiteError;
  *outputs = of(opaque_context).file().outputs.data();
  *num_outputs = int(of(opaque_context).file().outputs.size());
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueContextGetVariables(const TfLiteOpaqueContext* opaque_context,
                                             const int** variables, int* num_variables) {
  if (!opaque_context || !variables || !num_variables) return kTfLiteError;
  *variables = of(opaque_context).variables().data();
  *num_variables = int(of(opaque_context).variables().size());
  return kTfLiteOk;
}
size_t TfLiteOpaqueContextGetNumNodes(const TfLiteOpaqueContext* opaque_context) {
  return opaque_context ? of(opaque_context).nodes() : 0;
}
size_t TfLiteOpaqueContextGetNumTensors(const TfLiteOpaqueContext* opaque_context) {
  return opaque_context ? of(opaque_context).tensors().size() : 0;
}
const char* TfLiteOpaqueContextGetName(const TfLiteOpaqueContext* opaque_context) {
  return opaque_context ? of(opaque_context).name() : nullptr;
}
TfLiteStatus TfLiteOpaqueContextResizeTensor(TfLiteOpaqueContext* context,
                                             TfLiteOpaqueTensor* tensor, TfLiteIntArray* new_size) {
  if (!context) {
    TfLiteIntArrayFree(new_size);
    return kTfLiteError;
  }
  return of(context).resize(reinterpret_cast<TfLiteTensor*>(tensor),
                            samara::tflite_abi::IntArray(new_size));
}
TfLiteStatus TfLiteOpaqueContextAcquireSubgraphContext(
    TfLiteOpaqueContext* opaque_context, int subgraph_index,
    TfLiteOpaqueContext** acquired_opaque_context) {
  if (!opaque_context || !acquired_opaque_context) return kTfLiteError;
  TfLiteContext* acquired = nullptr;
  const TfLiteStatus status =
      plain(opaque_context)
          ->AcquireSubgraphContext(plain(opaque_context), subgraph_index, &acquired);
  *acquired_opaque_context = opaque(acquired);
  return status;
}
TfLiteStatus TfLiteOpaqueContextReleaseSubgraphContext(TfLiteOpaqueContext* opaque_context,
                                                       int subgraph_index) {
  if (!opaque_context) return kTfLiteError;
  return plain(opaque_context)->ReleaseSubgraphContext(plain(opaque_context), subgraph_index);
}
TfLiteStatus TfLiteOpaqueContextMarkSubgraphAsDelegationSkippable(
    TfLiteOpaqueContext* opaque_context, int subgraph_index) {
  if (!opaque_context) return kTfLiteError;
  const auto& all = of(opaque_context).shared().contexts;
  if (subgraph_index <= 0 || size_t(subgraph_index) >= all.size())
    return of(opaque_context).fail("no subgraph that delegation may skip");
  all[size_t(subgraph_index)]->skip_delegation = true;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueContextGetNodeInitDataMmapInfo(const TfLiteOpaqueContext* context,
                                                        const TfLiteOpaqueNode*, int*, int64_t*,
                                                        int64_t*) {
  if (context) of(context).fail("a node's options are read, not mapped from a file");
  return kTfLiteError;
}
TfLiteStatus TfLiteOpaqueContextAddTensor(TfLiteOpaqueContext* context,
                                          TfLiteOpaqueTensorBuilder* builder,
                                          int* new_tensor_index) {
  if (!context || !builder) return kTfLiteError;
  const TfLiteAllocationType kind = builder->allocation_type;
  if (kind != kTfLiteDynamic && kind != kTfLiteArenaRw && kind != kTfLiteArenaRwPersistent)
    return of(context).fail("AddTensor: memory is dynamic, or of the arena");
  if (builder->data) return of(context).fail("AddTensor: a new tensor has no data yet");
  int index = -1;
  if (plain(context)->AddTensors(plain(context), 1, &index) != kTfLiteOk) return kTfLiteError;
  TfLiteTensor& t = *of(context).tensors().get(index);
  t.type = builder->type;
  t.allocation_type = kind;
  t.params = builder->params;
  t.quantization = builder->quantization;
  if (new_tensor_index) *new_tensor_index = index;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueContextGetSizeOfType(TfLiteOpaqueContext* context, TfLiteType type,
                                              size_t* bytes) {
  const auto ours = samara::tflite_abi::from_c(type);
  if (!context || !bytes) return kTfLiteError;
  if (!ours || samara::bits(*ours) == 0)
    return of(context).fail("elements of this type have no size");
  *bytes = size_t(samara::bits(*ours) + 7) / 8;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueContextGetMetadata(TfLiteOpaqueContext* context, const char* name,
                                            const char** ptr, size_t* bytes) {
  return context ? plain(context)->GetModelMetadata(plain(context), name, ptr, bytes)
                 : kTfLiteError;
}
void TfLiteOpaqueContextReportError(TfLiteOpaqueContext* opaque_context, const char* format, ...) {
  va_list args;
  va_start(args, format);
  TfLiteOpaqueContextReportErrorVa(opaque_context, format, args);
  va_end(args);
}
void TfLiteOpaqueContextReportErrorVa(TfLiteOpaqueContext* opaque_context, const char* format,
                                      va_list vlist) {
  if (opaque_context && format)
    of(opaque_context).fail(samara::tflite_abi::format_text(format, vlist));
}
