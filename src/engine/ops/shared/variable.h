// VAR_HANDLE, ASSIGN_VARIABLE and READ_VARIABLE: values that outlive a run, by handle.
#pragma once

#include "engine/graph/op.h"

namespace samara::ops {

/// Input 0 is a handle: one element of type resource, or int32 as older models have it.
inline Status check_handle(Infer& n) {
  TRY(n.has_type(n.in(0), {Type::resource, Type::i32}));
  if (n.in(0).shape.elements() == 1) return ok();
  return Error(Code::invalid_model,
               cat("the handle '", n.in(0).name, "' has shape ", n.in(0).shape.text()));
}

/// The variable that the handle in input 0 names. Errors: invalid_argument (no such, or a hash
/// table, whose resource is a variant).
inline Result<Resource*> find_variable(Run& n) {
  const int32_t id = *n.in_data<int32_t>(0);
  Resource* const found = n.resource(id);
  if (found != nullptr && found->type != Type::variant) return found;
  return Error(Code::invalid_argument, cat("there is no variable with the handle ", id));
}

}  // namespace samara::ops
