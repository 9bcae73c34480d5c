#include "cli/shared/npy.h"

#include <gtest/gtest.h>

#include <cstring>

namespace samara::cli {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(Npy, reads_what_it_writes_in_every_type) {
  for (const Type type : {Type::f32, Type::f16, Type::f64, Type::i8, Type::u8, Type::i16, Type::u16,
                          Type::i32, Type::u32, Type::i64, Type::u64, Type::boolean, Type::c64}) {
    std::vector<std::byte> data(6 * size_t(bits(type)) / 8);
    for (size_t i = 0; i < data.size(); ++i) data[i] = std::byte(i * 7);
    const std::vector<int32_t> shape{2, 3};
    const std::string file = npy_file(type, shape, data);
    EXPECT_EQ(file.find("\n") % 64, 63u);  // data starts at a multiple of 64
    const auto array = parse_npy(bytes_of(file));
    ASSERT_TRUE(array.ok()) << array.error().text();
    EXPECT_EQ(array->type, type);
    EXPECT_EQ(array->shape, shape);
    EXPECT_EQ(array->data, data);
  }
}

TEST(Npy, writes_scalars_and_vectors_as_numpy_does) {
  const std::vector<std::byte> four(4);
  EXPECT_NE(npy_file(Type::f32, {}, four).find("'shape': ()"), std::string::npos);
  const int32_t one[] = {1};
  EXPECT_NE(npy_file(Type::f32, one, four).find("'shape': (1,)"), std::string::npos);
}

TEST(Npy, unpacks_four_bit_values_with_their_sign) {
  const std::byte packed[] = {std::byte(0xF1), std::byte(0x08)};
  const int32_t shape[] = {3};
  const auto array = parse_npy(bytes_of(npy_file(Type::i4, shape, packed)));
  ASSERT_TRUE(array.ok());
  EXPECT_EQ(array->type, Type::i8);
  EXPECT_EQ(int8_t(array->data[0]), 1);
  EXPECT_EQ(int8_t(array->data[1]), -1);
  EXPECT_EQ(int8_t(array->data[2]), -8);
}

TEST(Npy, refuses_every_truncation) {
  const std::vector<std::byte> data(24);
  const int32_t shape[] = {2, 3};
  const std::string whole = npy_file(Type::f32, shape, data);
  for (size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(parse_npy(bytes_of(whole.substr(0, n))).ok()) << n;
  }
}

TEST(Npy, refuses_what_it_cannot_mean) {
  const std::vector<std::byte> data(24);
  const int32_t shape[] = {2, 3};
  const std::string whole = npy_file(Type::f32, shape, data);
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string file = whole;
    file.replace(file.find(from), from.size(), to);
    return parse_npy(bytes_of(file));
  };
  EXPECT_EQ(changed("<f4", ">f4").error().code(), Code::unsupported);
  EXPECT_EQ(changed("False", "True ").error().code(), Code::unsupported);
  EXPECT_EQ(changed("(2, 3)", "(2,-3)").error().code(), Code::data_loss);
  EXPECT_EQ(changed("(2, 3)", "(9, 9)").error().code(), Code::data_loss);
  EXPECT_EQ(changed("'descr'", "'other'").error().code(), Code::data_loss);
}

}  // namespace
}  // namespace samara::cli
