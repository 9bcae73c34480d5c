#include "testing/model_package.h"

#include <gtest/gtest.h>

#include "workshop/edit/zip.h"

namespace samara::testing {
std::vector<std::byte> package(ModelBuilder& model, const fb::meta::ModelMetadataT& metadata,
                               const std::vector<std::pair<std::string, std::string>>& files) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(fb::meta::ModelMetadata::Pack(builder, &metadata), "M001");
  model.metadata("TFLITE_METADATA",
                 {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()});
  std::vector<std::byte> bytes = model.bytes();
  std::vector<edit::File> list;
  for (const auto& [name, content] : files) list.push_back({name, content});
  EXPECT_TRUE(edit::append_zip(list, bytes).ok());
  return bytes;
}

}  // namespace samara::testing
