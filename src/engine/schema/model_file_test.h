// What the tests of ModelFile share: a model that is large enough to stay in a map, and a folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "samara/schema/model_file.h"
#include "testing/model_builder.h"

namespace samara::schema {

using testing::f32;
using testing::i32;
using testing::ModelBuilder;

constexpr int kWeights = 40'000;  // floats: more than a small buffer, less than slow

inline std::vector<float> ramp(int n) {
  std::vector<float> out(size_t(n), 0.0f);
  for (int i = 0; i < n; ++i) out[size_t(i)] = static_cast<float>(i);
  return out;
}

/// x + w, where w is large enough to stay in a map, and a small int32 constant.
struct Big : ModelBuilder {
  int x, w, s, y;
  Big() {
    x = input(f32({kWeights}), "x");
    w = constant(f32({kWeights}, ramp(kWeights)), "w");
    s = constant(i32({3}, {7, 8, 9}), "s");
    y = tensor(f32({kWeights}), "y");
    op("ADD", {x, w}, {y}, testing::Options(fb::AddOptionsT{}));
    output(y);
    metadata("note", std::vector<uint8_t>(100'000, 42));
  }
};

inline std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

class ModelFileTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) const {
    const std::string path = folder_.in(name);
    EXPECT_TRUE(write_file(path, content).ok());
    return path;
  }
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
};

inline void expect_big(const Result<std::shared_ptr<const ModelFile>>& opened) {
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  const auto& tensors = (*opened)->subgraphs()[0].tensors;
  ASSERT_EQ(tensors[1].data.size(), size_t{4} * kWeights);
  const auto* w = reinterpret_cast<const float*>(tensors[1].data.data());
  for (int i = 0; i < kWeights; ++i) ASSERT_EQ(w[i], static_cast<float>(i)) << i;
  EXPECT_EQ(reinterpret_cast<const int32_t*>(tensors[2].data.data())[2], 9);
  ASSERT_EQ((*opened)->metadata().size(), 1u);
  EXPECT_EQ((*opened)->metadata()[0].data[99'999], std::byte{42});
  EXPECT_TRUE((*opened)->weights_intact());
}

inline OpenOptions mapped() {
  OpenOptions how;
  how.map_weights = true;
  return how;
}

}  // namespace samara::schema
