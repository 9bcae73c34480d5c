// Any bytes appended to a sound model, as the archive of its associated files, and as an archive by
// themselves: listing and unpacking what is in them ends with the files or an error.
#include <algorithm>
#include <vector>

#include "engine/schema/zip_directory.h"
#include "samara/files/inflate.h"
#include "samara/schema/model_file.h"
#include "sound_model.h"

using namespace samara;  // NOLINT: a program

namespace {

constexpr uint64_t kMost = 1 << 20;  // of one file, unpacked

void read_archive(std::span<const std::byte> bytes) {
  const auto read_at = [&](uint64_t offset, std::span<std::byte> out) -> Status {
    if (offset > bytes.size() || out.size() > bytes.size() - offset)
      return Error(Code::data_loss, "cut short");
    std::copy_n(bytes.begin() + ptrdiff_t(offset), out.size(), out.begin());
    return ok();
  };
  const auto entries = schema::read_zip_directory(bytes.size(), read_at);
  if (!entries.ok()) return;
  for (const schema::ZipEntry& entry : *entries) {
    if (entry.size > kMost) continue;
    std::vector<std::byte> content(entry.size);
    (void)schema::read_zip_entry(entry, read_at, &files::inflate_hook(), content).ok();
  }
}

void read_associated(std::span<const std::byte> bytes) {
  static const std::vector<std::byte> sound = fuzz::sound_model({});
  std::vector<std::byte> whole = sound;
  whole.insert(whole.end(), bytes.begin(), bytes.end());
  schema::OpenOptions how;
  how.inflate = &files::inflate_hook();
  const auto model = schema::ModelFile::from_bytes(whole, false, how);
  if (!model.ok()) return;
  for (const auto& file : (*model)->associated_files())
    if (file.size <= kMost) (void)(*model)->associated_file(file.name).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  read_archive(bytes);
  read_associated(bytes);
  return 0;
}
