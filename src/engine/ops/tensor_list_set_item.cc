// TensorListSetItem: the list of input 0 with input 2 as the element that input 1 numbers; a list that is
// too short grows. Custom operator. See shared/tensor_list.h.
#include <algorithm>

#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 4, 1));  // the fourth tells TensorFlow whether the list may grow
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(check_element_type(n.in(2).type));
  return infer_list(n, 0);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const TensorList list, TensorList::open(n.in(0)));
  TRY_SET(const int64_t index, read_int(n, 1));
  const Tensor& item = n.in(2);
  TRY(list.check_type(item));
  if (index < 0 || index == INT32_MAX)
    return value_error(n, 1, cat("a list has no element ", index));
  const int32_t size = std::max(list.size(), int32_t(index) + 1);
  return make_list(n, n.out(0), list.type(), list.shape(), size, [&](int32_t i) {
    if (i == index) return TensorList::Item{true, item.shape, item.data};
    return i < list.size() ? list[i] : TensorList::Item();
  });
}

}  // namespace

extern constinit const OpDef tensor_list_set_item = define_op<NoParams, parse_none, infer>(
    {.name = "TensorListSetItem"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
