// VAR_HANDLE: the handle of the session's variable of a name. Builtin 142, version 1.
// Rules from: LiteRT tflite/kernels/var_handle.cc.
#include <string>

#include "engine/ops/shared/variable.h"

namespace samara::ops {
namespace {

struct Params {
  std::string container, name;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::VarHandleOptions>();
  Params p;
  if (o.container()) p.container = o.container()->str();
  if (o.shared_name()) p.name = o.shared_name()->str();
  return p;
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(0, 1));
  TRY(n.has_type(n.out(0), {Type::resource, Type::i32}));
  return n.set_shape(n.out(0), Shape{});
}

Status run(const Params& p, Run& n) {
  TRY_SET(*n.out_data<int32_t>(0), n.resource_id(p.container, p.name));
  return ok();
}

}  // namespace

extern constinit const OpDef var_handle = define_op<Params, parse, infer>(
    {.name = "VAR_HANDLE", .code = 142, .versions = {1, 1}, .pure = false},
    {{kAny, bind<Params, run>}});

}  // namespace samara::ops
