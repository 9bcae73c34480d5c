// TensorListStack: a list's elements along a new first dimension; zeros for those that are not set. Input
// 1 is their shape as far as it is known. Custom operator. See shared/tensor_list.h.
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.has_type(n.in(0), {Type::variant}));
  TRY(check_partial_shape(n, 1));
  TRY(check_element_type(n.out(0).type));
  return n.sized_by_run(n.out(0));
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const TensorList list, TensorList::open(n.in(0)));
  TRY(list.check_type(n.out(0)));
  TRY_SET(const PartialShape hint, PartialShape::read(n, 1));
  TRY_SET(const Shape each, list.common_shape(hint));
  if (each.rank() == kMaxRank)
    return Error(Code::unsupported, cat("would give rank ", kMaxRank + 1));
  Shape shape{list.size()};
  for (const int32_t d : each.dims()) shape.push(d);
  TRY(n.resize(n.out(0), shape));
  const int64_t bytes = each.elements() * element_size(list.type());
  Poller poll(n);
  for (int32_t i = 0; i < list.size() && bytes > 0; ++i) {
    TRY(poll(8 + bytes / 16));
    const TensorList::Item item = list[i];
    std::byte* const to = n.out(0).data + i * bytes;
    if (item.set) {
      std::memcpy(to, item.data, size_t(bytes));
    } else {
      std::memset(to, 0, size_t(bytes));
    }
  }
  return ok();
}

}  // namespace

extern constinit const OpDef tensor_list_stack = define_op<NoParams, parse_none, infer>(
    {.name = "TensorListStack"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
