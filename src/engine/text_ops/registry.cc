#include "engine/text_ops/registry.h"

namespace samara::text_ops {

using graph::OpDef;

#define SAMARA_ITEM(name) extern const OpDef name;
#include "text_op_list.inc"  // IWYU pragma: keep
#undef SAMARA_ITEM

std::span<const OpDef* const> registry() {
  static constexpr const OpDef* kAll[] = {
#define SAMARA_ITEM(name) &name,
#include "text_op_list.inc"  // IWYU pragma: keep
#undef SAMARA_ITEM
      nullptr};  // so that an empty list is an array too
  return std::span(kAll).first(std::size(kAll) - 1);
}

}  // namespace samara::text_ops
