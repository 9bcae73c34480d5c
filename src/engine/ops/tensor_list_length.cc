// TensorListLength: how many elements a list has. Custom operator. See shared/tensor_list.h.
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.in(0), {Type::variant}));
  TRY(n.has_type(n.out(0), {Type::i32}));
  return n.set_shape(n.out(0), {});
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const TensorList list, TensorList::open(n.in(0)));
  *n.out_data<int32_t>(0) = list.size();
  return ok();
}

}  // namespace

extern constinit const OpDef tensor_list_length = define_op<NoParams, parse_none, infer>(
    {.name = "TensorListLength"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
