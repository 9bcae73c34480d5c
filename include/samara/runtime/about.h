// What this build of the engine is, on this machine: for `samara doctor`, logs and bug reports.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "samara/base/export.h"
#include "samara/base/result.h"

namespace samara {

struct KernelChoice {
  std::string_view family;   // "gemm_f32"
  std::string_view variant;  // "gemm_f32_6x16_avx2"
};
struct OperatorSupport {
  std::string_view name;  // "CONV_2D", or a custom code
  int code = 32;
  int min_version = 1, max_version = 1;
  std::vector<std::string> kernels;  // types of the inputs, e.g. "float32, int8"; "any"
};

struct About {
  std::string version;
  std::string compiler;
  std::string architecture;
  std::string cpu_isa;   // all that the CPU has and we know
  std::string used_isa;  // lowered by SAMARA_ISA
  std::vector<KernelChoice> kernels;
  std::vector<OperatorSupport> operators;  // built in
};
SAMARA_API About about();

/// Whether the environment can be obeyed. Errors: invalid_argument, unsupported (SAMARA_ISA).
/// Programs call it first; without it an unknown SAMARA_ISA means the portable kernels.
SAMARA_API Status check_environment();

}  // namespace samara
