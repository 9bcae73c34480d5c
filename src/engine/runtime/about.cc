#include "samara/runtime/about.h"

#include "base/text.h"
#include "engine/kernels/families.h"
#include "engine/kernels/isa.h"
#include "engine/ops/registry.h"
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
  for (const graph::OpDef* op : ops::registry()) {
    out.operators.push_back(
        {op->info.name, op->info.code, op->info.versions.min, op->info.versions.max});
  }
  return out;
}

Status check_environment() { return kernels::isa_status(); }

}  // namespace samara
