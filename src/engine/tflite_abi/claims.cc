// What delegates do to a Context: they look at nodes, claim some, and are forgotten again.
#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "engine/tflite_abi/context.h"

namespace samara::tflite_abi {

Status Context::apply(TfLiteDelegate* delegate) {
  claiming_ = delegate;
  TfLiteStatus status = kTfLiteError;
  if (const auto* const b = delegate->opaque_delegate_builder; b && b->Prepare)
    status = b->Prepare(opaque(&c_), reinterpret_cast<TfLiteOpaqueDelegate*>(delegate), b->data);
  else if (delegate->Prepare)
    status = delegate->Prepare(&c_, delegate);
  claiming_ = nullptr;
  previews_.clear();
  preview_arrays_.clear();
  if (status == kTfLiteOk) return ok();
  return Error(Code::unavailable, cat("a delegate failed to prepare, status ", int(status)));
}

/// The nodes a delegate names, ascending and once each; no value where it may not have one of them.
std::optional<std::vector<int>> Context::checked(const TfLiteIntArray* nodes) {
  if (!nodes) return std::nullopt;
  std::vector<int> out(values(nodes).begin(), values(nodes).end());
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  for (const int i : out)
    if (i < 0 || size_t(i) >= nodes_.size() || nodes_[size_t(i)].taken) return std::nullopt;
  return out;
}

TfLiteStatus Context::claim(TfLiteRegistration registration, const TfLiteIntArray* nodes,
                            TfLiteDelegate* delegate) {
  if (!claiming_ || delegate != claiming_)
    return fail("ReplaceNodeSubsetsWithDelegateKernels is for a delegate's Prepare()");
  const auto wanted = checked(nodes);
  if (!wanted) return fail("a delegate claims a node that there is not, or that is claimed");
  for (Partition& part : partition(file_, *wanted)) {
    CNode& kernel = add_kernel(registration, delegate, std::move(part));
    const bool opaque_kernel = registration.registration_external != nullptr;
    const void* const params = opaque_kernel ? static_cast<const void*>(&kernel.opaque_params)
                                             : static_cast<const void*>(&kernel.params);
    kernel.c.builtin_data = const_cast<void*>(params);
    if (const Status status = init(kernel, static_cast<const char*>(params), 0); !status.ok())
      return fail(status.error().brief());
  }
  return kTfLiteOk;
}

CNode& Context::add_kernel(const TfLiteRegistration& registration, TfLiteDelegate* delegate,
                           Partition part) {
  CNode& kernel = *kernels_.emplace_back(std::make_unique<CNode>());
  kernel.part = std::move(part);
  for (const int i : kernel.part.nodes) {
    nodes_[size_t(i)].taken = true;
    nodes_[size_t(i)].c.delegate = delegate;
  }
  kernel.registration = registration;
  kernel.nodes = int_array(kernel.part.nodes);
  kernel.inputs = int_array(kernel.part.inputs);
  kernel.outputs = int_array(kernel.part.outputs);
  kernel.params = {delegate, kernel.nodes.get(), kernel.inputs.get(), kernel.outputs.get()};
  const auto* const builder = delegate->opaque_delegate_builder;
  kernel.opaque_params = {reinterpret_cast<TfLiteOpaqueDelegate*>(delegate),
                          builder ? builder->data : delegate->data_, kernel.nodes.get(),
                          kernel.inputs.get(), kernel.outputs.get()};
  kernel.c.inputs = int_array(kernel.part.inputs).release();
  kernel.c.outputs = int_array(kernel.part.outputs).release();
  kernel.c.intermediates = TfLiteIntArrayCreate(0);
  kernel.c.temporaries = TfLiteIntArrayCreate(0);
  kernel.c.delegate = delegate;
  for (const int32_t t : kernel.part.outputs) tensors_.get(t)->delegate = delegate;
  return kernel;
}

TfLiteStatus Context::preview(const TfLiteIntArray* nodes, TfLiteDelegateParams** parts,
                              int* count) {
  const auto wanted = checked(nodes);
  if (!claiming_ || !wanted || !parts || !count)
    return fail("PreviewDelegatePartitioning: nodes that a delegate cannot claim");
  auto& list = previews_.emplace_back();
  const auto keep = [&](std::span<const int32_t> values) {
    return preview_arrays_.emplace_back(int_array(values)).get();
  };
  for (const Partition& part : partition(file_, *wanted))
    list.push_back({claiming_, keep(part.nodes), keep(part.inputs), keep(part.outputs)});
  *parts = list.data();
  *count = int(list.size());
  return kTfLiteOk;
}

void Context::drop(const TfLiteDelegate* delegate, size_t kept) {
  const auto from = kernels_.begin() + ptrdiff_t(kept);
  const auto gone = std::stable_partition(from, kernels_.end(), [&](const auto& kernel) {
    return delegate && kernel->c.delegate != delegate;
  });
  for (auto kernel = gone; kernel != kernels_.end(); ++kernel) {
    give_up(**kernel);
    dropped_.push_back(std::move(*kernel));
  }
  kernels_.erase(gone, kernels_.end());
}

void Context::give_up(CNode& kernel) {
  for (const int i : kernel.part.nodes) {
    nodes_[size_t(i)].taken = false;
    nodes_[size_t(i)].c.delegate = nullptr;
  }
  for (const int32_t t : kernel.part.outputs) {
    TfLiteTensor& tensor = *tensors_.get(t);
    free_handle(tensor);
    tensor.delegate = nullptr;
    tensor.data_is_stale = false;
  }
  if (kernel.initialised) call_free(kernel.registration, &c_, kernel.c.user_data);
  kernel.c.user_data = nullptr;
  kernel.initialised = false;
}

void Context::list_claims(std::vector<graph::Claim>& claims) {
  for (const auto& kernel : kernels_) {
    CustomOp& op = kernel_ops_.emplace_back();
    define(op, 32, "delegate");
    op.kernel = kernel.get();
    graph::Claim& claim = claims.emplace_back();
    claim.subgraph = subgraph_;
    claim.nodes = kernel->part.nodes;
    claim.def = &op;
    claim.inputs = kernel->part.inputs;
    claim.outputs = kernel->part.outputs;
  }
}

}  // namespace samara::tflite_abi
