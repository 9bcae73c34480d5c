// Instruction sets: what this CPU has, what SAMARA_ISA lowers it to, and their names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "samara/base/result.h"

namespace samara::kernels {

/// Bits of an ISA mask; a variant names the bits it needs.
enum Isa : uint32_t {
  kScalar = 0,
  kSse41 = 1u << 0,
  kAvx2 = 1u << 1,  // with FMA and F16C
  kAvxVnni = 1u << 2,
  kAvx512 = 1u << 3,  // F, BW, DQ, VL
  kAvx512Vnni = 1u << 4,
  kAmx = 1u << 5,  // tiles of int8, and the system's leave to use them
  kNeon = 1u << 8,
  kDotprod = 1u << 9,
  kI8mm = 1u << 10,
  kFp16 = 1u << 11,
};

/// A level that SAMARA_ISA may name: the CPU must have `bit`, and of `upto` it uses what it has.
struct IsaLevel {
  std::string_view name;
  uint32_t bit = 0;
  uint32_t upto = 0;
};
/// This architecture's levels; "scalar" is the first on all.
std::span<const IsaLevel> isa_levels();

/// What the CPU has, whatever SAMARA_ISA says.
uint32_t detected_isa();

/// The mask for a level: the features up to it that the CPU has.
///
/// Errors   invalid_argument  no such level on this architecture (the text lists them)
///          unsupported       the CPU lacks it
Result<uint32_t> parse_isa(std::string_view name);

/// What kernels are chosen for: detected_isa() lowered by SAMARA_ISA, read once. Where SAMARA_ISA
/// cannot be obeyed this is kScalar and isa_status() says why.
uint32_t cpu_isa();
/// Whether SAMARA_ISA is unset or was obeyed; programs refuse to start when it is not.
Status isa_status();

/// The bits as text, e.g. "sse41 avx2 avx512"; "scalar" for none.
std::string isa_text(uint32_t isa);

}  // namespace samara::kernels
