#include "samara/runtime/about.h"

#include "base/text.h"
#include "engine/kernels/families.h"
#include "engine/kernels/isa.h"
#include "engine/ops/registry.h"
#include "engine/text_ops/registry.h"
#include "samara/version.h"

namespace samara {
namespace {

constexpr std::string_view kArchitecture =
#if defined(__x86_64__)
    "x86-64";
#elif defined(__aarch64__)
    "arm64";
#elif defined(__arm__)
    "arm";
#else
    "other";
#endif

/// The types that a kernel takes, without the operands at the end that may be of any.
std::string kernel_text(const graph::Types& types) {
  size_t count = types.type.size();
  while (count > 1 && types.type[count - 1] == graph::kAny) --count;
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const Type type = types.type[i];
    text += cat(i == 0 ? "" : ", ", type == graph::kAny ? "any" : name(type));
  }
  return text;
}

OperatorSupport support_of(const graph::OpDef& op) {
  const graph::OpInfo& info = op.info;
  OperatorSupport out{info.name, info.code, info.versions.min, info.versions.max, {}};
  for (const graph::Kernel& kernel : op.kernels) {
    if (kernel.run) out.kernels.push_back(kernel_text(kernel.types));
  }
  return out;
}

}  // namespace

About about() {
  About out;
  out.version = kVersion;
  out.architecture = kArchitecture;
#if defined(__clang__)
  out.compiler = cat("clang ", __clang_major__, ".", __clang_minor__);
#else
  out.compiler = cat("gcc ", __GNUC__, ".", __GNUC_MINOR__);
#endif
  const uint32_t used = kernels::cpu_isa();
  out.cpu_isa = kernels::isa_text(kernels::detected_isa());
  out.used_isa = kernels::isa_text(used);
  for (const kernels::Family& family : kernels::families()) {
    out.kernels.push_back({family.name, family.chosen(used).name});
  }
  for (const auto built_in : {ops::registry(), text_ops::registry()}) {
    for (const graph::OpDef* op : built_in) out.operators.push_back(support_of(*op));
  }
  return out;
}

Status check_environment() { return kernels::isa_status(); }

}  // namespace samara
