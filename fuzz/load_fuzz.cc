// Any bytes: as a model, borrowed and copied, its metadata and its associated files. Whatever they
// are, loading ends with a model or an error.
#include <cstdint>
#include <span>

#include "samara/schema/metadata.h"
#include "samara/schema/model_file.h"

namespace {

using namespace samara;  // NOLINT: a program

/// Reads all that a ModelFile says, so that a sanitizer sees a view that leads nowhere.
uint64_t walk(const schema::ModelFile& model) {
  uint64_t sum = model.description().size();
  const auto add = [&](std::span<const std::byte> bytes) {
    for (const std::byte b : bytes) sum += std::to_integer<uint64_t>(b);
  };
  const auto add_text = [&](std::string_view text) { add(std::as_bytes(std::span(text))); };
  for (const auto& graph : model.subgraphs()) {
    add_text(graph.name);
    for (const auto& tensor : graph.tensors) {
      add_text(tensor.name);
      add(tensor.data);
    }
    for (const auto& op : graph.operators) {
      add_text(model.codes()[op.code].name);
      add(op.custom);
      for (const int32_t i : op.outputs) sum += graph.tensors[static_cast<size_t>(i)].shape.size();
    }
  }
  for (const auto& signature : model.signatures())
    for (const auto& entry : signature.inputs) add_text(entry.name);
  for (const auto& entry : model.metadata()) add(entry.data);
  for (const auto& file : model.associated_files()) {
    const auto content = model.associated_file(file.name);
    if (content.ok()) add_text(*content);
  }
  const auto metadata = schema::read_metadata(model);
  if (metadata.ok() && metadata->has_value()) add_text((*metadata)->name);
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  // Fills with anything: what is deflated then fails its checksum, or not.
  auto hook = [](std::span<const std::byte> packed, std::span<std::byte> out) {
    for (size_t i = 0; i < out.size(); ++i)
      out[i] = packed.empty() ? std::byte{} : packed[i % packed.size()];
    return ok();
  };
  FunctionRef<Status(std::span<const std::byte>, std::span<std::byte>)> inflate(hook);
  schema::OpenOptions how;
  how.inflate = &inflate;
  how.limits.file_bytes = 64 << 20;
  const auto model = schema::ModelFile::from_bytes(bytes, size % 2 == 0, how);
  if (!model.ok()) return 0;
  volatile uint64_t sum = walk(**model);
  (void)sum;
  return 0;
}
