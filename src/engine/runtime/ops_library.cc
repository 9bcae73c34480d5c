#include "engine/runtime/ops_library.h"

#include <dlfcn.h>
#include <unistd.h>

#include "base/text.h"
#include "base/try.h"
#include "samara/graph/register.h"

namespace samara {
namespace {

template <class Function>
Function* symbol(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

Status check(const graph::OpDef& op) {
  const bool complete = op.parse && op.destroy_params && op.infer && op.construct_state &&
                        op.destroy_state && op.kernels[0].run && !op.info.name.empty();
  if (complete) return ok();
  return Error(Code::invalid_argument,
               cat("its operator '", op.info.name, "' lacks a part; make it with define_op()"));
}

Status load(const std::string& path, std::vector<const graph::OpDef*>& ops) {
  if (access(path.c_str(), F_OK) != 0) return Error(Code::not_found, "there is no such file");
  // Never unloaded: sessions of any model may be running its operators.
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) return Error(Code::unsupported, cat("cannot be loaded: ", dlerror()));
  auto* const abi = symbol<decltype(samara_ops_abi)>(library, "samara_ops_abi");
  auto* const add_all = symbol<decltype(samara_register_ops)>(library, "samara_register_ops");
  if (!abi || !add_all)
    return Error(
        Code::unsupported,
        "does not export samara_ops_abi and samara_register_ops (samara/graph/register.h)");
  if (abi() != SAMARA_OPS_ABI)
    return Error(Code::unsupported, cat("was made for operator interface ", abi(),
                                        ", this build has ", SAMARA_OPS_ABI, "; compile it anew"));
  const size_t first = ops.size();
  add_all(&ops, [](void* context, const graph::OpDef* op) {
    static_cast<std::vector<const graph::OpDef*>*>(context)->push_back(op);
  });
  for (size_t i = first; i < ops.size(); ++i) TRY(check(*ops[i]));
  return ok();
}

}  // namespace

Status load_ops_library(const std::string& path, std::vector<const graph::OpDef*>& ops) {
  // Without a slash dlopen would search the system's folders instead of taking the file.
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  return load(file, ops).in([&] { return cat("operator library ", path); });
}

}  // namespace samara
