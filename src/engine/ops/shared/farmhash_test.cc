#include "engine/ops/shared/farmhash.h"

#include <gtest/gtest.h>

#include <string>

namespace samara::ops {
namespace {

TEST(farmhash, is_the_published_fingerprint) {
  // Lengths of every way through it. Expected: the original, by its Python bindings.
  const std::string text =
      "The quick brown fox jumps over the lazy dog, and the dog does not mind it in the least; "
      "it sleeps on in the sun until the evening, when the fox comes back with company.";
  const struct {
    size_t size;
    uint64_t hash;
  } cases[] = {{0, 0x9ae16a3b2f90404f},   {1, 0x12f77cd62637857a},   {3, 0x85887769ddcc73fd},
               {4, 0xf4ed8b2e41e836a5},   {7, 0xfb3b4353192e2b87},   {8, 0x46d0ffb3ee9d8c07},
               {16, 0x3bf6bd3bebd31655},  {17, 0xc7a32da958c02dbd},  {32, 0xb65964dee7761262},
               {33, 0xf25fea09db06b3d6},  {64, 0xdbedcfa5c6378094},  {65, 0xdba83f0fb217fd57},
               {128, 0x45f7d3aa72a89544}, {129, 0xcce922be95ed4b43}, {168, 0x914c80496d7c6862}};
  for (const auto& [size, hash] : cases)
    EXPECT_EQ(farm_fingerprint64(std::string_view(text).substr(0, size)), hash) << size;
}

}  // namespace
}  // namespace samara::ops
