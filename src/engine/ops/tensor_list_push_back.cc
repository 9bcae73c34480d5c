// TensorListPushBack: the list of input 0 with input 1 as one more element. Custom operator. See
// shared/tensor_list.h.
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(check_element_type(n.in(1).type));
  return infer_list(n, 0);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const TensorList list, TensorList::open(n.in(0)));
  const Tensor& item = n.in(1);
  TRY(list.check_type(item));
  if (list.size() == INT32_MAX) return Error(Code::resource_exhausted, "the list is full");
  return make_list(n, n.out(0), list.type(), list.shape(), list.size() + 1, [&](int32_t i) {
    return i < list.size() ? list[i] : TensorList::Item{true, item.shape, item.data};
  });
}

}  // namespace

extern constinit const OpDef tensor_list_push_back = define_op<NoParams, parse_none, infer>(
    {.name = "TensorListPushBack"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
