// VariantZerosLike: a list like input 0 with zeros for its elements. Custom operator. See
// shared/tensor_list.h.
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  return infer_list(n, 0);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const TensorList list, TensorList::open(n.in(0)));
  return make_list(n, n.out(0), list.type(), list.shape(), list.size(), [&](int32_t i) {
    TensorList::Item item = list[i];
    item.data = nullptr;
    return item;
  });
}

}  // namespace

extern constinit const OpDef variant_zeros_like = define_op<NoParams, parse_none, infer>(
    {.name = "VariantZerosLike"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
