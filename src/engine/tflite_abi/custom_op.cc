// CustomOp: registrations of others as an operator of the engine's.
#include <cstring>

#include "base/text.h"
#include "base/try.h"
#include "engine/tflite_abi/context.h"

namespace samara::tflite_abi {
namespace {

using graph::Infer;
using graph::Run;

/// Where a node of the graph is in C: known once the graph is built, so set by connect().
struct Place {
  mutable Context* context = nullptr;
  mutable CNode* node = nullptr;
};

Result<Place> parse(const graph::OpView&) { return Place{}; }
Status infer(const Place& at, Infer& n) { return at.context->prepare(*at.node, n); }
Status run(const Place& at, Run& n) { return at.context->invoke(*at.node, n); }

constexpr auto kRun = graph::bind<Place, run>;

}  // namespace

void define(CustomOp& op, int code, std::string_view name) {
  op.name = name;
  graph::OpInfo info;
  info.name = op.name;
  info.code = code;
  info.versions = {0, 1'000'000};
  info.pure = false;
  static_cast<graph::OpDef&>(op) =
      graph::define_op<Place, parse, infer>(info, {{graph::Types(), kRun}});
}

void connect(const graph::Graph& graph, Shared& shared) {
  for (const graph::Subgraph& s : graph.subgraphs())
    for (const graph::Node& node : s.nodes) {
      if (node.def->kernels[0].run != kRun) continue;
      const auto& op = static_cast<const CustomOp&>(*node.def);
      const auto& place = *static_cast<const Place*>(node.params.get());
      place.context = shared.contexts[size_t(s.index)].get();
      place.node = op.kernel ? op.kernel : place.context->node(node.number);
    }
}

void Context::show_operands(const graph::Operands& n, bool outputs) {
  for (int i = 0; i < n.inputs(); ++i)
    if (n.has(i)) tensors_.show(n.in(i));
  for (int i = 0; i < n.intermediates(); ++i) tensors_.show(n.intermediate(i));
  for (int i = 0; outputs && i < n.outputs(); ++i) tensors_.show(n.out(i));
}

namespace {

Error failed(const CNode& node, const char* what, TfLiteStatus status) {
  if (node.c.delegate)
    return Error(Code::unavailable,
                 cat("a delegate's kernel failed to ", what, ", status ", int(status)));
  return Error(status == kTfLiteCancelled ? Code::cancelled : Code::invalid_argument,
               cat("failed to ", what, ", status ", int(status)));
}

/// That a node can be called. A kernel that was given up is not: what needs it cannot run.
Status callable(const CNode& node) {
  if (node.initialised) return ok();
  if (node.c.delegate) return Error(Code::unavailable, "its delegate was given up");
  return Error(Code::unsupported, "the operators given do not hold this version");
}

}  // namespace

Status Context::prepare(CNode& node, Infer& n) {
  TRY(callable(node));
  for (int i = 0; i < n.outputs(); ++i) {
    TfLiteTensor& t = *tensors_.get(n.out(i).index);
    tensors_.release_dynamic(t);
    if (t.allocation_type == kTfLiteDynamic) t.allocation_type = kTfLiteArenaRw;
  }
  show_operands(n, true);
  for (int i = 0; i < n.outputs(); ++i)
    if (n.out(i).type == Type::string) Tensors::make_dynamic(*tensors_.get(n.out(i).index));
  const TfLiteStatus status = call_prepare(node.registration, &c_, &node.c);
  if (status != kTfLiteOk) {
    if (node.c.delegate) shared_.failed = node.c.delegate;
    return failed(node, "prepare", status);
  }
  TRY(place_temporaries(node));
  return take_shapes(n);
}

Status Context::place_temporaries(const CNode& node) {
  for (const int32_t i : values(node.c.temporaries)) {
    TfLiteTensor* const t = tensors_.get(i);
    if (t && !tensors_.of_file(t)) TRY(tensors_.allocate(*t));
  }
  return ok();
}

Status Context::take_shapes(Infer& n) {
  for (int i = 0; i < n.outputs(); ++i) {
    const TfLiteTensor& t = *tensors_.get(n.out(i).index);
    if (t.allocation_type == kTfLiteDynamic) {
      TRY(n.sized_by_run(n.out(i)));
      continue;
    }
    const auto dims = values(t.dims);
    if (dims.size() > size_t(graph::kMaxRank))
      return Error(Code::unsupported, cat("gives output ", i, " ", dims.size(), " dimensions"));
    TRY(n.set_shape(n.out(i), graph::Shape(dims)));
  }
  return ok();
}

Status Context::invoke(CNode& node, Run& n) {
  TRY(callable(node));
  show_operands(n, true);
  TRY(place_temporaries(node));
  for (int i = 0; i < n.inputs(); ++i)
    if (n.has(i)) {
      TfLiteTensor& t = *tensors_.get(n.in(i).index);
      if (t.data_is_stale && t.delegate != node.c.delegate && make_readable(t) != kTfLiteOk)
        return Error(Code::unavailable, "a delegate did not give back its values");
    }
  const TfLiteStatus status = call_invoke(node.registration, &c_, &node.c);
  if (status != kTfLiteOk) {
    if (node.c.delegate) shared_.failed = node.c.delegate;
    return failed(node, "run", status);
  }
  for (int i = 0; i < n.outputs(); ++i) {
    TfLiteTensor& t = *tensors_.get(n.out(i).index);
    if (t.allocation_type == kTfLiteDynamic)
      TRY(take_dynamic(n.out(i), n));
    else if (t.bytes != n.out(i).bytes)
      return Error(Code::invalid_argument, cat("gave output ", i, " ", t.bytes, " bytes; ",
                                               n.out(i).bytes, " were planned"));
    if (t.data_is_stale && !shared_.allow_buffer_handle_output && make_readable(t) != kTfLiteOk)
      return Error(Code::unavailable, "a delegate did not give back its values");
  }
  return ok();
}

/// What the operator wrote to memory that it made, in the engine's.
Status Context::take_dynamic(const graph::Tensor& out, Run& n) {
  const TfLiteTensor& t = *tensors_.get(out.index);
  const auto dims = values(t.dims);
  if (dims.size() > size_t(graph::kMaxRank))
    return Error(Code::unsupported, cat("gives an output ", dims.size(), " dimensions"));
  TRY(n.resize(out, graph::Shape(dims), int64_t(t.bytes)));
  if (out.bytes > t.bytes || (out.bytes > 0 && !t.data.raw))
    return Error(Code::invalid_argument, cat("gave ", t.bytes, " bytes of ", out.bytes));
  if (out.bytes > 0) std::memcpy(out.data, t.data.raw, out.bytes);
  return ok();
}

TfLiteStatus Context::make_readable(TfLiteTensor& t) {
  if (!t.data_is_stale) return kTfLiteOk;
  TfLiteDelegate* const d = t.delegate;
  if (!d || t.buffer_handle == kTfLiteNullBufferHandle) return kTfLiteError;
  TfLiteStatus status = kTfLiteError;
  if (const auto* const b = d->opaque_delegate_builder; b && b->CopyFromBufferHandle)
    status = b->CopyFromBufferHandle(opaque(&c_), reinterpret_cast<TfLiteOpaqueDelegate*>(d),
                                     b->data, t.buffer_handle, opaque(&t));
  else if (d->CopyFromBufferHandle)
    status = d->CopyFromBufferHandle(&c_, d, t.buffer_handle, &t);
  if (status == kTfLiteOk) t.data_is_stale = false;
  return status;
}

void Context::free_handle(TfLiteTensor& t) {
  TfLiteDelegate* const d = t.delegate;
  if (!d || t.buffer_handle == kTfLiteNullBufferHandle) return;
  if (const auto* const b = d->opaque_delegate_builder; b && b->FreeBufferHandle)
    b->FreeBufferHandle(opaque(&c_), reinterpret_cast<TfLiteOpaqueDelegate*>(d), b->data,
                        &t.buffer_handle);
  else if (d->FreeBufferHandle)
    d->FreeBufferHandle(&c_, d, &t.buffer_handle);
  t.buffer_handle = kTfLiteNullBufferHandle;
}

}  // namespace samara::tflite_abi
