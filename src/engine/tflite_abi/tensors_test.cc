#include "engine/tflite_abi/tensors.h"

#include <gtest/gtest.h>

#include <array>

namespace samara::tflite_abi {
namespace {

TEST(Tensors, NobodyFreesWhatTheEngineFolded) {
  schema::Subgraph subgraph;
  subgraph.tensors.emplace_back().shape = {4};
  Tensors tensors(subgraph, 1);
  std::array<std::byte, 16> memory{};
  graph::Tensor folded;
  folded.index = 0;
  folded.shape = graph::Shape(std::array<int32_t, 1>{4});
  folded.constant = true;
  folded.data = memory.data();
  folded.bytes = memory.size();
  tensors.show(folded);
  TfLiteTensor& t = *tensors.get(0);
  EXPECT_EQ(t.allocation_type, kTfLiteMmapRo);
  EXPECT_EQ(TfLiteTensorRealloc(1 << 20, &t), kTfLiteOk);
  EXPECT_EQ(t.data.raw, reinterpret_cast<char*>(memory.data()));
  TfLiteTensorDataFree(&t);
  // Another graph, in which a delegate computes it.
  folded.constant = false;
  tensors.show(folded);
  EXPECT_EQ(t.allocation_type, kTfLiteArenaRw);
  EXPECT_EQ(t.data.raw, reinterpret_cast<char*>(memory.data()));
}

TEST(Tensors, AddedOnesHaveMemoryWithinABudget) {
  Tensors tensors({}, 1);
  ASSERT_EQ(tensors.add(1), 0);
  EXPECT_EQ(tensors.add(1), -1);
  TfLiteTensor& t = *tensors.get(0);
  t.type = kTfLiteFloat32;
  ASSERT_TRUE(Tensors::set_dims(t, std::array<int32_t, 1>{3}));
  ASSERT_TRUE(tensors.allocate(t).ok());
  EXPECT_EQ(t.bytes, 12u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(t.data.raw) % 64, 0u);
  ASSERT_TRUE(Tensors::set_dims(t, std::array<int32_t, 2>{0x7fffffff, 0x10000}));
  const Status status = tensors.allocate(t);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), Code::resource_exhausted);
}

}  // namespace
}  // namespace samara::tflite_abi
