// Hashes of passwords against Python's hashlib; what is no such hash.
#include "fleet/io/crypto/password.h"

#include <gtest/gtest.h>

namespace samara::crypto {
namespace {

// hashlib.scrypt(b"correct horse", salt=bytes(range(16)), n=16, r=8, p=1, dklen=32)
constexpr std::string_view kKept =
    "$scrypt$ln=4,r=8,p=1$000102030405060708090a0b0c0d0e0f$"
    "43b11c1f5ef93ff91c53b244d87454faa4d1aeafc14ba51b09160f741682e72f";

TEST(password, is_the_one_of_its_hash_alone) {
  EXPECT_TRUE(*matches_password("correct horse", kKept));
  EXPECT_FALSE(*matches_password("correct horsf", kKept));
  EXPECT_FALSE(*matches_password("", kKept));
  const auto one = hash_password("correct horse"), other = hash_password("correct horse");
  ASSERT_TRUE(one.ok());
  EXPECT_NE(*one, *other);  // salted
  EXPECT_EQ(one->find("horse"), std::string::npos);
  EXPECT_TRUE(*matches_password("correct horse", *one));
  EXPECT_FALSE(*matches_password("correct hors", *one));
  const auto none = hash_password("");
  EXPECT_TRUE(*matches_password("", *none));
  EXPECT_FALSE(*matches_password("x", *none));
}

TEST(password, of_nobody_costs_as_much_as_any) {
  const std::string nobody = nobodys_password();
  const auto cost = [](std::string_view kept) { return kept.substr(0, kept.rfind("$", 30)); };
  EXPECT_EQ(cost(nobody), cost(*hash_password("x")));
  EXPECT_EQ(nobody.size(), hash_password("x")->size());
  EXPECT_FALSE(*matches_password("", nobody));
}

TEST(password, refuses_what_is_no_hash_and_costs_beyond_bounds) {
  const std::string kept(kKept);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string out = kept;
    return out.replace(out.find(from), from.size(), to);
  };
  for (const std::string& bad :
       {std::string(), std::string("$scrypt$"), with("scrypt", "argon2"), with("ln=4", "ln=0"),
        with("ln=4", "ln=21"), with("ln=4", "ln=-4"), with("r=8", "r=33"), with("p=1", "p=0"),
        with("p=1$", "p=1"), with("0e0f$", "0e$"), with("0001", "00g1"), kept + "00",
        kept.substr(0, kept.size() - 2)}) {
    const auto refused = matches_password("correct horse", bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().code(), Code::data_loss) << bad;
  }
  EXPECT_FALSE(matches_password("x", with("ln=4", "ln=20")).ok());  // 1 GiB
}

}  // namespace
}  // namespace samara::crypto
