// READ_VARIABLE: the value of the variable of a handle. Builtin 143, version 1.
// Rules from: LiteRT tflite/kernels/read_variable.cc: an output whose shape in the file is that of a
// scalar has the variable's, whatever it is; any other is as in the file.
#include <cstring>

#include "engine/ops/shared/variable.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(check_handle(n));
  const Tensor& out = n.out(0);
  if (out.shape.rank() == 0 || out.type == Type::string) return n.sized_by_run(out);
  return n.set_shape(out, out.shape);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const Resource* const variable, find_variable(n));
  const Tensor& out = n.out(0);
  if (!variable->set)
    return Error(Code::failed_precondition,
                 cat("the variable read to '", out.name, "' has no value yet"));
  if (variable->type != out.type)
    return Error(Code::invalid_model, cat("the variable is ", name(variable->type), ", '", out.name,
                                          "' ", name(out.type)));
  if (out.data == nullptr) {
    TRY(n.resize(out, variable->shape, int64_t(variable->bytes)));
  } else if (variable->shape != out.shape) {
    return Error(Code::invalid_model, cat("the variable has shape ", variable->shape.text(), ", '",
                                          out.name, "' ", out.shape.text()));
  }
  if (variable->bytes > 0) std::memcpy(out.data, variable->data, variable->bytes);
  return ok();
}

}  // namespace

extern constinit const OpDef read_variable = define_op<NoParams, parse_none, infer>(
    {.name = "READ_VARIABLE", .code = 143, .versions = {1, 1}, .pure = false},
    {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
