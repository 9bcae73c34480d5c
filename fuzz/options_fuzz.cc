// Any bytes as the options of a custom operator: FlexBuffers maps, and the structs that some have in
// place of them. The first byte says which operator.
#include <memory>
#include <new>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/ops/registry.h"
#include "engine/text_ops/registry.h"

using namespace samara;  // NOLINT: a program

namespace {

/// What the operators ask of a map, by names that are in their maps and others that are not.
void read_map(const graph::OpView& view) {
  const auto options = ops::FlexOptions::read(view);
  if (!options.ok()) return;
  for (const char* key : {"ksize", "strides", "padding", "num_classes", "seed", "a", ""}) {
    (void)options->integer(key, 0, -5, 5).ok();
    (void)options->positive(key).ok();
    (void)options->integers(key, 1).ok();
    (void)options->inner<2>(key).ok();
    (void)options->inner<3>(key).ok();
    volatile size_t kept = options->text(key).size() + options->word(key) + options->flag(key);
    (void)kept;
  }
  (void)ops::window_padding(*options).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<const graph::OpDef*> custom = [] {
    std::vector<const graph::OpDef*> list;
    for (const auto registry : {ops::registry(), text_ops::registry()})
      for (const graph::OpDef* op : registry)
        if (op->info.code == 32) list.push_back(op);
    return list;
  }();
  if (size == 0) return 0;
  const graph::OpDef& op = *custom[data[0] % custom.size()];
  const graph::OpView view(nullptr, 0, false, std::as_bytes(std::span(data + 1, size - 1)), 1, 2,
                           2);
  read_map(view);
  const std::align_val_t align{op.params_align};
  void* const params = ::operator new(op.params_size, align);
  if (op.parse(view, params).ok()) op.destroy_params(params);
  ::operator delete(params, align);
  return 0;
}
