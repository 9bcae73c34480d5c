#include "engine/tflite_abi/context.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "base/text.h"
#include "base/try.h"

namespace samara::tflite_abi {
namespace {

constexpr int kCustom = 32;
// For temporaries of operators; there is no way to move tensors that others point at.
constexpr size_t kRoom = 256, kRoomPerNode = 8;

void free_arrays(TfLiteNode& n) {
  for (TfLiteIntArray* a : {n.inputs, n.outputs, n.intermediates, n.temporaries})
    TfLiteIntArrayFree(a);
}

Context& of(TfLiteContext* c) { return Context::of(c); }

void report_error(TfLiteContext* c, const char* text, ...) {
  va_list args;
  va_start(args, text);
  of(c).shared().report(format_text(text, args));
  va_end(args);
}

TfLiteStatus get_plan(TfLiteContext* c, TfLiteIntArray** plan) {
  *plan = const_cast<TfLiteIntArray*>(of(c).plan());
  return *plan ? kTfLiteOk : kTfLiteError;
}

TfLiteStatus resize_tensor(TfLiteContext* c, TfLiteTensor* tensor, TfLiteIntArray* shape) {
  return of(c).resize(tensor, IntArray(shape));
}

TfLiteStatus resize_explicitly(TfLiteContext* c, TfLiteTensor* tensor, int rank, const int* shape) {
  if (rank < 0) return of(c).fail("ResizeTensorExplicit: a negative number of dimensions");
  return of(c).resize(tensor, int_array({shape, size_t(rank)}));
}

TfLiteStatus add_tensors(TfLiteContext* c, int count, int* first) {
  const int index = of(c).tensors().add(count);
  if (index < 0) return of(c).fail(cat("AddTensors: no room for ", count, " more tensors"));
  c->tensors_size = of(c).tensors().size();
  if (first) *first = index;
  return kTfLiteOk;
}

TfLiteStatus get_node(TfLiteContext* c, int index, TfLiteNode** node,
                      TfLiteRegistration** registration) {
  CNode* const n = of(c).node(index);
  if (!n) return of(c).fail(cat("there is no node ", index));
  if (node) *node = &n->c;
  if (registration) *registration = &n->registration;
  return kTfLiteOk;
}

TfLiteStatus replace_nodes(TfLiteContext* c, TfLiteRegistration registration,
                           const TfLiteIntArray* nodes, TfLiteDelegate* delegate) {
  return of(c).claim(registration, nodes, delegate);
}

TfLiteStatus preview(TfLiteContext* c, const TfLiteIntArray* nodes, TfLiteDelegateParams** parts,
                     int* count) {
  return of(c).preview(nodes, parts, count);
}

TfLiteTensor* get_tensor(const TfLiteContext* c, int index) {
  return Context::of(c).tensors().get(index);
}

TfLiteEvalTensor* no_eval_tensor(const TfLiteContext*, int) { return nullptr; }

TfLiteExternalContext* get_external(TfLiteContext* c, TfLiteExternalContextType type) {
  const auto& all = of(c).shared().external;
  return size_t(type) < all.size() ? all[size_t(type)] : nullptr;
}

void set_external(TfLiteContext* c, TfLiteExternalContextType type, TfLiteExternalContext* value) {
  auto& all = of(c).shared().external;
  if (size_t(type) < all.size()) all[size_t(type)] = value;
}

void* no_persistent(TfLiteContext* c, size_t) {
  of(c).fail("AllocatePersistentBuffer is for microcontrollers; use init() and temporaries");
  return nullptr;
}
TfLiteStatus no_eval_buffer(TfLiteContext* c, size_t, void**) {
  return of(c).fail("AllocateBufferForEval is for microcontrollers; use temporaries");
}
TfLiteStatus no_scratch(TfLiteContext* c, size_t, int*) {
  return of(c).fail("RequestScratchBufferInArena is for microcontrollers; use temporaries");
}
void* no_scratch_buffer(TfLiteContext*, int) { return nullptr; }

TfLiteStatus get_metadata(const TfLiteContext* c, const char* name, const char** data,
                          size_t* bytes) {
  if (!name || !data || !bytes) return kTfLiteError;
  for (const schema::MetadataEntry& m : Context::of(c).shared().file->metadata()) {
    if (m.name != name) continue;
    *data = reinterpret_cast<const char*>(m.data.data());
    *bytes = m.data.size();
    return kTfLiteOk;
  }
  return kTfLiteError;
}

TfLiteStatus acquire(TfLiteContext* c, int subgraph, TfLiteContext** out) {
  const auto& all = of(c).shared().contexts;
  if (!out || subgraph < 0 || size_t(subgraph) >= all.size())
    return of(c).fail(cat("there is no subgraph ", subgraph));
  *out = all[size_t(subgraph)]->c();
  return kTfLiteOk;
}

TfLiteStatus release(TfLiteContext* c, int subgraph) {
  TfLiteContext* held = nullptr;
  return acquire(c, subgraph, &held);
}

}  // namespace

std::string format_text(const char* text, va_list args) {
  va_list again;
  va_copy(again, args);
  const int size = std::vsnprintf(nullptr, 0, text, again);
  va_end(again);
  std::string out(size > 0 ? size_t(size) : 0, '\0');
  if (size > 0) std::vsnprintf(out.data(), out.size() + 1, text, args);
  return out;
}

CNode::~CNode() { free_arrays(c); }

Context::Context(Shared& shared, int subgraph)
    : shared_(shared),
      subgraph_(subgraph),
      file_(shared.file->subgraphs()[size_t(subgraph)]),
      tensors_(file_, kRoom + kRoomPerNode * file_.operators.size()),
      name_(file_.name) {
  for (size_t t = 0; t < file_.tensors.size(); ++t)
    if (file_.tensors[t].is_variable) variables_.push_back(int32_t(t));
  fill_callbacks();
  for (const schema::Operator& op : file_.operators) describe(nodes_.emplace_back(), op);
}

Context::~Context() {
  for (size_t t = 0; t < tensors_.size(); ++t) free_handle(*tensors_.get(int64_t(t)));
  drop(nullptr);
  for (CNode& node : nodes_)
    if (node.initialised) call_free(node.registration, &c_, node.c.user_data);
}

void Context::fill_callbacks() {
  c_.impl_ = this;
  c_.tensors = tensors_.data();
  c_.tensors_size = tensors_.size();
  c_.recommended_num_threads = shared_.threads;
  c_.GetExecutionPlan = get_plan;
  c_.ResizeTensor = resize_tensor;
  c_.ReportError = report_error;
  c_.AddTensors = add_tensors;
  c_.GetNodeAndRegistration = get_node;
  c_.ReplaceNodeSubsetsWithDelegateKernels = replace_nodes;
  c_.GetExternalContext = get_external;
  c_.SetExternalContext = set_external;
  c_.AllocatePersistentBuffer = no_persistent;
  c_.AllocateBufferForEval = no_eval_buffer;
  c_.RequestScratchBufferInArena = no_scratch;
  c_.GetScratchBuffer = no_scratch_buffer;
  c_.ResizeTensorExplicit = resize_explicitly;
  c_.PreviewDelegatePartitioning = tflite_abi::preview;
  c_.GetTensor = get_tensor;
  c_.GetEvalTensor = no_eval_tensor;
  c_.GetModelMetadata = get_metadata;
  c_.AcquireSubgraphContext = acquire;
  c_.ReleaseSubgraphContext = release;
}

void Context::describe(CNode& node, const schema::Operator& op) {
  const schema::OperatorCode& code = shared_.file->codes()[op.code];
  node.c.inputs = int_array(op.inputs).release();
  node.c.outputs = int_array(op.outputs).release();
  node.c.intermediates = int_array(op.intermediates).release();
  node.c.temporaries = TfLiteIntArrayCreate(0);
  node.builtin = builtin_data(code, op);
  node.c.builtin_data = node.builtin.get();
  node.c.custom_initial_data = op.custom.empty() ? nullptr : op.custom.data();
  node.c.custom_initial_data_size = int(op.custom.size());
  node.registration.builtin_code = code.builtin;
  node.registration.version = code.version;
  node.view = std::make_unique<TfLiteOperator>();
  node.view->code = code.builtin;
  node.view->version = code.version;
  if (code.builtin != kCustom) return;
  node.custom_name = code.name;
  node.registration.custom_name = node.custom_name.c_str();
  node.view->custom = true;
  node.view->name = code.name;
}

CNode* Context::node(int64_t index) {
  if (index < 0 || size_t(index) >= nodes()) return nullptr;
  const auto i = size_t(index);
  return i < nodes_.size() ? &nodes_[i] : kernels_[i - nodes_.size()].get();
}

TfLiteStatus Context::fail(const std::string& text) {
  shared_.report(text);
  return kTfLiteError;
}

Status Context::init(CNode& node, const char* buffer, size_t length) {
  node.c.user_data = call_init(node.registration, &c_, buffer, length);
  if (node.c.user_data == init_failed()) {
    node.c.user_data = nullptr;
    return Error(Code::unavailable, "an operator's init() failed");
  }
  node.initialised = true;
  return ok();
}

Status Context::bind(const FindOperator& find) {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const schema::Operator& op = file_.operators[i];
    const auto found = find(shared_.file->codes()[op.code]);
    if (!found) continue;
    CNode& node = nodes_[i];
    const char* const name = node.registration.custom_name;
    node.registration = *found;
    if (!node.registration.custom_name) node.registration.custom_name = name;
    const auto* const custom = reinterpret_cast<const char*>(op.custom.data());
    const bool is_custom = node.registration.builtin_code == kCustom || name;
    const char* const buffer =
        is_custom ? custom : reinterpret_cast<const char*>(node.c.builtin_data);
    TRY(init(node, buffer, is_custom ? op.custom.size() : 0));
  }
  return ok();
}

const TfLiteIntArray* Context::plan() {
  std::vector<int32_t> order;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].taken) order.push_back(int32_t(i));
    for (size_t k = 0; k < kernels_.size(); ++k)
      if (kernels_[k]->part.nodes.back() == int(i)) order.push_back(int32_t(nodes_.size() + k));
  }
  plan_ = int_array(order);
  return plan_.get();
}

TfLiteStatus Context::resize(TfLiteTensor* tensor, IntArray shape) {
  if (!tensor || !shape || tensors_.index_of(tensor) < 0)
    return fail("ResizeTensor: no tensor of this context, or no shape");
  if (tensor->allocation_type == kTfLiteMmapRo || tensor->allocation_type == kTfLitePersistentRo)
    return fail(cat("ResizeTensor: tensor '", tensor->name, "' is a constant of the model"));
  const auto bytes = bytes_of(tensor->type, values(shape.get()));
  if (!bytes || std::ranges::any_of(values(shape.get()), [](int32_t d) { return d < 0; }))
    return fail(cat("ResizeTensor: tensor '", tensor->name, "' cannot have the shape ",
                    values(shape.get())));
  TfLiteIntArrayFree(tensor->dims);
  tensor->dims = shape.release();
  if (tensor->type == kTfLiteString) return kTfLiteOk;  // its size comes with the strings
  if (tensor->allocation_type == kTfLiteDynamic) return TfLiteTensorRealloc(*bytes, tensor);
  // What it has now is too small; whoever plans it gives it memory again.
  if (*bytes > tensor->bytes) tensor->data.raw = nullptr;
  tensor->bytes = size_t(*bytes);
  return kTfLiteOk;
}

}  // namespace samara::tflite_abi
