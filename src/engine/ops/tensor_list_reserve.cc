// TensorListReserve: a list of so many elements, none of which is set. Inputs: the elements' shape, as
// far as it is known, and their number; the type is the one byte of the options, as the schema counts
// types. Custom operator. See shared/tensor_list.h.
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

struct Params {
  Type type = Type::f32;
};

Result<Params> parse(const OpView& v) {
  if (v.custom().empty()) return Error(Code::invalid_model, "has no options, which tell the type");
  const int type = std::to_integer<int>(v.custom()[0]);
  if (type > fb::TensorType_MAX) return Error(Code::invalid_model, cat("has no type ", type));
  TRY(check_element_type(Type(type)));
  return Params{Type(type)};
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(check_partial_shape(n, 0));
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(n.has_type(n.out(0), {Type::variant}));
  return n.set_shape(n.out(0), {});
}

Status run(const Params& p, Run& n) {
  TRY_SET(const PartialShape shape, PartialShape::read(n, 0));
  TRY_SET(const int64_t size, read_int(n, 1));
  if (size < 0) return value_error(n, 1, cat("a list cannot have ", size, " elements"));
  return make_list(n, n.out(0), p.type, shape, int32_t(size),
                   [](int32_t) { return TensorList::Item(); });
}

}  // namespace

extern constinit const OpDef tensor_list_reserve =
    define_op<Params, parse, infer>({.name = "TensorListReserve"}, {{kAny, bind<Params, run>}});

}  // namespace samara::ops
