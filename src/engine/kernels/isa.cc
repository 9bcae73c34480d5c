// Sources: Intel SDM volume 2 (CPUID leaves 1, 7, 0xD; XGETBV), Linux Documentation/arch/x86/xstate
// (permission for AMX tiles), Linux arch/arm64 and arch/arm hwcap.h.
#include "engine/kernels/isa.h"

#include <cstdlib>
#include <optional>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "base/text.h"

namespace samara::kernels {
namespace {

constexpr IsaLevel kLevels[] = {
    {"scalar", kScalar, kScalar},
#if defined(__x86_64__) || defined(__i386__)
    {"sse41", kSse41, kSse41},
    {"avx2", kAvx2, kSse41 | kAvx2},
    {"avxvnni", kAvxVnni, kSse41 | kAvx2 | kAvxVnni},
    {"avx512", kAvx512, kSse41 | kAvx2 | kAvxVnni | kAvx512},
    {"avx512vnni", kAvx512Vnni, kSse41 | kAvx2 | kAvxVnni | kAvx512 | kAvx512Vnni},
    {"amx", kAmx, kSse41 | kAvx2 | kAvxVnni | kAvx512 | kAvx512Vnni | kAmx},
#elif defined(__aarch64__)
    {"neon", kNeon, kNeon},
    {"dotprod", kDotprod, kNeon | kDotprod},
    {"i8mm", kI8mm, kNeon | kDotprod | kI8mm},
    {"fp16", kFp16, kNeon | kFp16},
#elif defined(__arm__)
    {"neon", kNeon, kNeon},
#endif
};

#if defined(__x86_64__) || defined(__i386__)

/// Register state that the system saves for us: XCR0.
uint64_t saved_state() {
  uint32_t low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
}

bool amx_permitted() {
#if defined(__linux__) && defined(SYS_arch_prctl)
  constexpr int kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr int kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

uint32_t detect() {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return kScalar;
  const auto has = [](uint32_t word, int bit) { return (word >> bit & 1) != 0; };
  uint32_t isa = kScalar;
  if (has(c, 19)) isa |= kSse41;
  if (!has(c, 27)) return isa;  // OSXSAVE: without it no wider state is saved
  const uint64_t state = saved_state();
  const bool fma = has(c, 12), avx = has(c, 28), f16c = has(c, 29);
  if ((state & 0x6) != 0x6 || !avx || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return isa;
  const uint32_t subleaves = a;
  if (fma && f16c && has(b, 5)) isa |= kAvx2;
  if (!(isa & kAvx2)) return isa;
  const bool avx512 = has(b, 16) && has(b, 17) && has(b, 30) && has(b, 31);
  if ((state & 0xe6) == 0xe6 && avx512) {
    isa |= kAvx512;
    if (has(c, 11)) isa |= kAvx512Vnni;
    const bool tiles = has(d, 24) && has(d, 25) && (state & 0x60000) == 0x60000;
    if (tiles && (isa & kAvx512Vnni) && amx_permitted()) isa |= kAmx;
  }
  if (subleaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && has(a, 4)) isa |= kAvxVnni;
  return isa;
}

#elif defined(__aarch64__) && defined(__linux__)

uint32_t detect() {
  const unsigned long caps = getauxval(AT_HWCAP), caps2 = getauxval(AT_HWCAP2);
  uint32_t isa = kNeon;
  if ((caps >> 9 & 1) && (caps >> 10 & 1)) isa |= kFp16;  // FPHP and ASIMDHP
  if (caps >> 20 & 1) isa |= kDotprod;                    // ASIMDDP
  if ((caps2 >> 13 & 1) && (isa & kDotprod)) isa |= kI8mm;
  return isa;
}

#elif defined(__aarch64__)
uint32_t detect() { return kNeon; }
#elif defined(__arm__) && defined(__linux__)

uint32_t detect() {
  const unsigned long caps = getauxval(AT_HWCAP);
  const bool neon = caps >> 12 & 1, vfpv4 = caps >> 16 & 1;  // vfpv4: the files use its FMA
  return neon && vfpv4 ? uint32_t{kNeon} : uint32_t{kScalar};
}

#else
uint32_t detect() { return kScalar; }
#endif

struct Choice {
  uint32_t isa = kScalar;
  std::optional<Error> error;
};

Choice choose() {
  const char* wanted = std::getenv("SAMARA_ISA");
  if (!wanted || !*wanted) return {detected_isa(), {}};
  auto isa = parse_isa(wanted);
  if (!isa.ok()) return {kScalar, std::move(isa).in([] { return "SAMARA_ISA"; }).error()};
  return {*isa, {}};
}

const Choice& choice() {
  static const Choice c = choose();
  return c;
}

}  // namespace

std::span<const IsaLevel> isa_levels() { return kLevels; }

uint32_t detected_isa() {
  static const uint32_t isa = detect();
  return isa;
}

Result<uint32_t> parse_isa(std::string_view name) {
  for (const IsaLevel& level : kLevels) {
    if (level.name != name) continue;
    if ((detected_isa() & level.bit) != level.bit)
      return Error(Code::unsupported,
                   cat("this CPU lacks ", name, "; it has ", isa_text(detected_isa())));
    return level.upto & detected_isa();
  }
  std::string names;
  for (const IsaLevel& level : kLevels) names += cat(names.empty() ? "" : ", ", level.name);
  return Error(Code::invalid_argument, cat("no instruction set '", name, "'; there are ", names));
}

uint32_t cpu_isa() { return choice().isa; }

Status isa_status() {
  if (choice().error) return Error(*choice().error);
  return ok();
}

std::string isa_text(uint32_t isa) {
  std::string out;
  for (const IsaLevel& level : kLevels)
    if (level.bit && (isa & level.bit)) out += cat(out.empty() ? "" : " ", level.name);
  return out.empty() ? "scalar" : out;
}

}  // namespace samara::kernels
