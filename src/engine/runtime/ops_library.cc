#include "engine/runtime/ops_library.h"

#include <unistd.h>

#include "base/shared_library.h"
#include "base/text.h"
#include "base/try.h"
#include "samara/graph/register.h"

namespace samara {
namespace {

Status check(const graph::OpDef& op) {
  const bool complete = op.parse && op.destroy_params && op.infer && op.construct_state &&
                        op.destroy_state && op.kernels[0].run && !op.info.name.empty();
  if (complete) return ok();
  return Error(Code::invalid_argument,
               cat("its operator '", op.info.name, "' lacks a part; make it with define_op()"));
}

Status load(const std::string& path, std::vector<const graph::OpDef*>& ops) {
  if (access(path.c_str(), F_OK) != 0) return Error(Code::not_found, "there is no such file");
  TRY_SET(SharedLibrary library, SharedLibrary::load(path));
  decltype(&samara_ops_abi) abi = nullptr;
  decltype(&samara_register_ops) add_all = nullptr;
  library.find("samara_ops_abi", abi);
  library.find("samara_register_ops", add_all);
  if (!library.complete().ok())
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
