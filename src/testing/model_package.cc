#include "testing/model_package.h"

#include <span>

#include "base/hash.h"

namespace samara::testing {
namespace {

void little(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 255);
}

/// The part that a local header and a directory entry share: version to name length.
void describe(std::string& out, const std::string& name, const std::string& content) {
  little(out, 20, 2);  // version 2.0
  little(out, 0, 8);   // no flags, stored, no time and date
  little(out, crc32(std::as_bytes(std::span(content))), 4);
  little(out, content.size(), 4);
  little(out, content.size(), 4);
  little(out, name.size(), 2);
}

}  // namespace

std::vector<std::byte> package(ModelBuilder& model, const fb::meta::ModelMetadataT& metadata,
                               const std::vector<std::pair<std::string, std::string>>& files) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(fb::meta::ModelMetadata::Pack(builder, &metadata), "M001");
  model.metadata("TFLITE_METADATA",
                 {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()});
  std::vector<std::byte> bytes = model.bytes();
  if (files.empty()) return bytes;

  std::string zip, directory;
  for (const auto& [name, content] : files) {
    directory += "PK\x01\x02\x14";
    directory += '\0';
    describe(directory, name, content);
    directory.append(12, '\0');                   // no extra field, comment, disk, attributes
    const size_t at = bytes.size() + zip.size();  // from the start of the file
    little(directory, at, 4);
    directory += name;
    zip += "PK\x03\x04";
    describe(zip, name, content);
    little(zip, 0, 2);
    zip += name + content;
  }
  const size_t start = bytes.size() + zip.size(), size = directory.size();
  zip += directory + "PK\x05\x06";
  little(zip, 0, 4);
  little(zip, files.size(), 2);
  little(zip, files.size(), 2);
  little(zip, size, 4);
  little(zip, start, 4);
  little(zip, 0, 2);
  const auto tail = std::as_bytes(std::span(zip));
  bytes.insert(bytes.end(), tail.begin(), tail.end());
  return bytes;
}

}  // namespace samara::testing
