// Weights in files beside the model; see external_files.h.
#include "engine/schema/external_files.h"

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::schema {
namespace {

/// One plain name: nothing that leads out of the folder, on any system.
bool is_safe(std::string_view name) {
  if (name.empty() || name.size() > 255 || name == "." || name == "..") return false;
  for (const char c : name)
    if (c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < 32) return false;
  return true;
}

}  // namespace

Result<std::span<const std::byte>> ExternalFiles::range(std::string_view name, Range range) {
  if (!is_safe(name))
    return Error(Code::invalid_model, "the name of an external buffer group is not a plain name");
  if (folder_.empty())
    return Error(Code::unsupported, cat("weights are in the file ", name,
                                        " beside the model: open the model by its path"));
  const std::string key(name);
  TRY_SET(Mapping* const mapping, open(key).in([&] { return cat("external file ", name); }));
  const auto bytes = std::as_const(*mapping).bytes();
  if (!in_range(range.offset, range.size, bytes.size()))
    return Error(Code::invalid_model,
                 cat("bytes ", range.offset, " to ", range.offset, " + ", range.size,
                     " lie outside the external file ", name, " of ", bytes.size(), " bytes"));
  return bytes.subspan(static_cast<size_t>(range.offset), static_cast<size_t>(range.size));
}

Result<Mapping*> ExternalFiles::open(const std::string& name) {
  const auto found = open_.find(name);
  if (found != open_.end()) return &found->second;
  TRY_SET(const File file, File::open(cat(folder_, name)));
  TRY_SET(const FileIdentity id, file.identity());
  if (id.size > limit_)
    return Error(Code::resource_exhausted, cat("has ", id.size, " bytes, more than ", limit_));
  Mapping mapping;
  if (map_) {
    TRY_SET(mapping, Mapping::of_file(file, 0, id.size));
  } else {
    TRY_SET(mapping, Mapping::anonymous(id.size));
    TRY(file.read(0, mapping.writable()));
  }
  bytes_ += id.size;
  return &(open_[name] = std::move(mapping));
}

bool ExternalFiles::intact() const {
  for (const auto& [name, mapping] : open_)
    if (!mapping.intact()) return false;
  return true;
}

}  // namespace samara::schema
