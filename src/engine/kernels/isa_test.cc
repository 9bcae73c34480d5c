#include "engine/kernels/isa.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/kernels/variants.h"

namespace samara::kernels {
namespace {

TEST(Isa, levels_grow_and_end_in_what_the_cpu_has) {
  uint32_t all = 0;
  for (const IsaLevel& level : isa_levels()) {
    const auto isa = parse_isa(level.name);
    if (!isa.ok()) {
      EXPECT_EQ(isa.error().code(), Code::unsupported) << level.name;
      EXPECT_EQ(detected_isa() & level.bit, 0u) << level.name;
      continue;
    }
    EXPECT_EQ(*isa & ~detected_isa(), 0u) << level.name;
    EXPECT_EQ(*isa & level.bit, level.bit) << level.name;
    all |= *isa;
  }
  EXPECT_EQ(all, detected_isa());
  EXPECT_EQ(*parse_isa("scalar"), kScalar);
}

TEST(Isa, refuses_unknown_names) {
  for (const char* name : {"", "AVX2", "avx3", "avx2 ", "native"}) {
    const auto isa = parse_isa(name);
    ASSERT_FALSE(isa.ok()) << name;
    EXPECT_EQ(isa.error().code(), Code::invalid_argument);
    EXPECT_NE(isa.error().message().find("scalar"), std::string::npos);
  }
}

TEST(Isa, obeys_the_environment) {
  const char* wanted = std::getenv("SAMARA_ISA");
  if (!wanted || !*wanted) {
    EXPECT_EQ(cpu_isa(), detected_isa());
    EXPECT_TRUE(isa_status().ok());
  } else if (const auto isa = parse_isa(wanted); isa.ok()) {
    EXPECT_EQ(cpu_isa(), *isa);
    EXPECT_TRUE(isa_status().ok());
  } else {
    EXPECT_EQ(cpu_isa(), uint32_t{kScalar});
    ASSERT_FALSE(isa_status().ok());
    EXPECT_NE(isa_status().error().text().find("SAMARA_ISA"), std::string::npos);
  }
}

TEST(Isa, has_text_for_every_bit) {
  EXPECT_EQ(isa_text(kScalar), "scalar");
  for (const IsaLevel& level : isa_levels()) EXPECT_EQ(isa_text(level.bit), level.name);
}

#if defined(__linux__) && defined(__x86_64__)
TEST(Isa, agrees_with_the_kernel) {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && line.compare(0, 5, "flags") != 0) continue;
  if (line.empty()) GTEST_SKIP() << "no flags in /proc/cpuinfo";
  const auto has = [&](const char* flag) {
    std::istringstream words(line);
    for (std::string w; words >> w;)
      if (w == flag) return true;
    return false;
  };
  EXPECT_EQ((detected_isa() & kSse41) != 0, has("sse4_1"));
  EXPECT_EQ((detected_isa() & kAvx2) != 0, has("avx2") && has("fma") && has("f16c"));
  EXPECT_EQ((detected_isa() & kAvxVnni) != 0, has("avx_vnni"));
  EXPECT_EQ((detected_isa() & kAvx512) != 0,
            has("avx512f") && has("avx512bw") && has("avx512dq") && has("avx512vl"));
  EXPECT_EQ((detected_isa() & kAvx512Vnni) != 0, has("avx512_vnni"));
}
#endif

TEST(Variants, picks_the_first_that_runs) {
  struct Kernels {
    int id = 0;
  };
  static constexpr Kernels a{1}, b{2}, c{3};
  static constexpr Variant<Kernels> list[] = {
      {"a", kAvx512 | kAvx512Vnni, &a}, {"b", kAvx2, &b}, {"c", kScalar, &c}};
  const std::span<const Variant<Kernels>> variants(list);
  EXPECT_EQ(pick(variants, kAvx2 | kAvx512 | kAvx512Vnni).kernels->id, 1);
  EXPECT_EQ(pick(variants, kAvx2 | kAvx512).kernels->id, 2);
  EXPECT_EQ(pick(variants, kSse41).kernels->id, 3);
}

}  // namespace
}  // namespace samara::kernels
