// ASSIGN_VARIABLE: gives the variable of a handle a value. Builtin 144, version 1.
// Rules from: LiteRT tflite/kernels/assign_variable.cc.
#include "engine/ops/shared/variable.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 0));
  if (n.in(1).type == Type::variant)
    return Error(Code::unsupported, cat("cannot keep '", n.in(1).name, "', which is a variant"));
  return check_handle(n);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(Resource* const variable, find_variable(n));
  return n.assign(*variable, n.in(1));
}

}  // namespace

extern constinit const OpDef assign_variable = define_op<NoParams, parse_none, infer>(
    {.name = "ASSIGN_VARIABLE", .code = 144, .versions = {1, 1}, .pure = false},
    {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
