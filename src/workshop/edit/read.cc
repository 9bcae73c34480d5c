// Bytes to Model. ModelFile has verified the whole flatbuffer; what lies behind it is checked here,
// since a run needs not all of it.
#include <cstdint>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"
#include "workshop/edit/model.h"
#include "workshop/edit/unknown_fields.h"

namespace samara::edit {
namespace {

/// Brings bytes that lie behind the flatbuffer into `out`. An offset of 1 marks a file that was
/// never finished: none.
Status bring_in(std::span<const std::byte> file, uint64_t& offset, uint64_t& size,
                std::vector<uint8_t>& out) {
  if (offset > 1) {
    if (!in_range(offset, size, file.size()))
      return Error(Code::invalid_model, cat("ends behind the file: ", size, " bytes at ", offset));
    const auto* const from = reinterpret_cast<const uint8_t*>(file.data()) + offset;
    out.assign(from, from + size);
  }
  offset = size = 0;
  return ok();
}

Status bring_all_in(std::span<const std::byte> file, fb::ModelT& parts) {
  for (size_t i = 0; i < parts.buffers.size(); ++i) {
    fb::BufferT& b = *parts.buffers[i];
    TRY(bring_in(file, b.offset, b.size, b.data).in([&] { return cat("buffer ", i); }));
  }
  for (auto& graph : parts.subgraphs)
    for (auto& op : graph->operators)
      TRY(bring_in(file, op->large_custom_options_offset, op->large_custom_options_size,
                   op->custom_options));
  return ok();
}

}  // namespace

Result<Model> read(std::span<const std::byte> bytes, const schema::OpenOptions& options) {
  if (reinterpret_cast<uintptr_t>(bytes.data()) % 16 != 0) {
    const std::vector<std::byte> aligned(bytes.begin(), bytes.end());
    return read(aligned, options);
  }
  TRY_SET(const auto file, schema::ModelFile::from_bytes(bytes, false, options));
  TRY(check_no_unknown_fields(bytes));
  Model model{.parts = unpack(*fb::GetModel(bytes.data())), .files = {}};
  TRY(bring_all_in(bytes, model.parts));
  for (const schema::AssociatedFile& entry : file->associated_files()) {
    TRY_SET(std::string content, file->associated_file(entry.name));
    model.files.push_back({entry.name, std::move(content)});
  }
  return model;
}

}  // namespace samara::edit
