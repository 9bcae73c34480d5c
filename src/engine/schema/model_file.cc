// ModelFile: opens, verifies, answers. How bytes are kept: storage.h; what is checked: decode.h.
#include "samara/schema/model_file.h"

#include <algorithm>
#include <optional>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/schema/decode.h"
#include "engine/schema/extract.h"
#include "engine/schema/zip_directory.h"

namespace samara::schema {

/// Where bytes come from.
struct Origin {
  std::string path;      // as given
  std::string folder;    // with its slash; "": no files lie beside the model
  std::string identity;  // "": no file
};

struct ModelFile::Impl {
  Impl(Origin from, Storage bytes, ExternalFiles beside)
      : path(std::move(from.path)),
        identity(std::move(from.identity)),
        storage(std::move(bytes)),
        external(std::move(beside)) {}
  std::string path;
  std::string identity;  // of the file that the bytes are of; "": they are of none
  Storage storage;
  ExternalFiles external;
  Contents contents;
  std::vector<ZipEntry> entries;
  std::vector<AssociatedFile> associated;
  std::optional<Inflate> inflate;
  uint64_t most_file_bytes = 0;
};

namespace {

using Opened = Result<std::shared_ptr<const ModelFile>>;

/// "/a/b/m.tflite" lies in "/a/b/".
std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

Status check_size(uint64_t size, const Limits& limits) {
  if (size == 0) return Error(Code::invalid_model, "is empty");
  if (size > limits.file_bytes)
    return Error(Code::resource_exhausted,
                 cat("has ", size, " bytes, more than ", limits.file_bytes));
  return ok();
}

/// The one way in: verifies and decodes what `storage` holds.
Opened finish(Origin from, Storage storage, const OpenOptions& options) {
  ExternalFiles beside(from.folder, options.map_weights, options.limits.file_bytes);
  auto impl =
      std::make_unique<ModelFile::Impl>(std::move(from), std::move(storage), std::move(beside));
  TRY_SET(impl->contents, decode(impl->storage, impl->external, options.limits));
  const auto read = [&](uint64_t offset, std::span<std::byte> out) {
    return impl->storage.read_at(offset, out);
  };
  TRY_SET(impl->entries, read_zip_directory(impl->storage.size(), read));
  for (const ZipEntry& entry : impl->entries)
    impl->associated.push_back({entry.name, entry.size, entry.stored});
  if (options.inflate) impl->inflate = *options.inflate;
  // Labels and vocabularies; what is longer would be held in memory twice for nothing.
  impl->most_file_bytes = std::min<uint64_t>(options.limits.file_bytes, 256 << 20);
  return std::shared_ptr<const ModelFile>(std::make_shared<ModelFile>(std::move(impl)));
}

Opened from_range(const File& file, uint64_t offset, uint64_t size, std::string path,
                  std::string folder, const OpenOptions& options) {
  TRY(check_size(size, options.limits));
  TRY_SET(const FileIdentity id, file.identity());
  TRY_SET(Storage storage, options.map_weights ? Storage::map(file, offset, size)
                                               : Storage::read(file, offset, size));
  std::string identity =
      cat(id.device, " ", id.inode, " ", id.size, " ", id.modified_ns, " ", offset, " ", size);
  return finish({std::move(path), std::move(folder), std::move(identity)}, std::move(storage),
                options);
}

Opened open_plain(const std::string& path, const OpenOptions& options) {
  TRY_SET(const File file, File::open(path));
  TRY_SET(const FileIdentity id, file.identity());
  return from_range(file, 0, id.size, path, folder_of(path), options);
}

Opened open_entry(const std::string& archive, std::string_view name, const std::string& path,
                  const OpenOptions& options) {
  TRY_SET(const File file, File::open(archive));
  TRY_SET(const FileIdentity id, file.identity());
  const auto read = [&](uint64_t offset, std::span<std::byte> out) {
    return file.read(offset, out);
  };
  TRY_SET(const auto entries, read_zip_directory(id.size, read));
  const ZipEntry* found = nullptr;
  for (const ZipEntry& entry : entries)
    if (entry.name == name) found = &entry;
  if (!found) return Error(Code::not_found, cat("the archive ", archive, " has no file ", name));
  if (found->stored) return from_range(file, found->offset, found->size, path, "", options);
  TRY(check_size(found->size, options.limits));
  if (!options.extract_dir.empty()) {
    TRY_SET(const File plain,
            extract(file, *found, options.inflate, {options.extract_dir, options.extract_limit}));
    return from_range(plain, 0, found->size, path, "", options);
  }
  TRY_SET(Mapping content, Mapping::anonymous(found->size));
  TRY(read_zip_entry(*found, read, options.inflate, content.writable()));
  return finish({path, "", ""}, Storage::own(std::move(content)), options);
}

}  // namespace

Opened ModelFile::open(const std::string& path, const OpenOptions& options) {
  const auto frame = [&] { return cat("model ", path); };
  const size_t mark = path.rfind("!/");
  // A folder may be called "x!".
  if (mark == std::string::npos || file_identity(path).ok())
    return open_plain(path, options).in(frame);
  return open_entry(path.substr(0, mark), std::string_view(path).substr(mark + 2), path, options)
      .in(frame);
}

Opened ModelFile::from_bytes(std::span<const std::byte> bytes, bool copy,
                             const OpenOptions& options) {
  const auto frame = [] { return std::string("model in memory"); };
  TRY(check_size(bytes.size(), options.limits).in(frame));
  TRY_SET(Storage storage, (copy ? Storage::copy(bytes) : Storage::borrow(bytes)).in(frame));
  return finish({}, std::move(storage), options).in(frame);
}

Opened ModelFile::from_fd(int fd, uint64_t offset, uint64_t length, const OpenOptions& options) {
  const auto frame = [] { return std::string("model in a descriptor"); };
  TRY_SET(const File file, File::duplicate(fd).in(frame));
  TRY_SET(const FileIdentity id, file.identity().in(frame));
  if (!in_range(offset, length, id.size))
    return Error(Code::invalid_argument, cat("the file has ", id.size, " bytes, not the ", length,
                                             " at ", offset, " that are asked for"))
        .in(frame());
  return from_range(file, offset, length, "", "", options).in(frame);
}

ModelFile::ModelFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ModelFile::~ModelFile() = default;

std::string_view ModelFile::path() const { return impl_->path; }
uint64_t ModelFile::file_bytes() const { return impl_->storage.size(); }
uint32_t ModelFile::version() const { return impl_->contents.version; }
std::string_view ModelFile::description() const { return impl_->contents.description; }
std::span<const OperatorCode> ModelFile::codes() const { return impl_->contents.codes; }
std::span<const Subgraph> ModelFile::subgraphs() const { return impl_->contents.subgraphs; }
std::span<const Signature> ModelFile::signatures() const { return impl_->contents.signatures; }
std::span<const MetadataEntry> ModelFile::metadata() const { return impl_->contents.metadata; }
std::span<const AssociatedFile> ModelFile::associated_files() const { return impl_->associated; }

Result<std::string> ModelFile::associated_file(std::string_view name) const {
  for (const ZipEntry& entry : impl_->entries) {
    if (entry.name != name) continue;
    const auto frame = [&] { return cat("associated file ", name); };
    if (entry.size > impl_->most_file_bytes)
      return Error(Code::resource_exhausted,
                   cat("has ", entry.size, " bytes, more than ", impl_->most_file_bytes))
          .in(frame());
    const auto read = [&](uint64_t offset, std::span<std::byte> to) {
      return impl_->storage.read_at(offset, to);
    };
    std::optional<Inflate> inflate = impl_->inflate;
    std::string out(static_cast<size_t>(entry.size), '\0');
    TRY(read_zip_entry(entry, read, inflate ? &*inflate : nullptr,
                       std::as_writable_bytes(std::span(out)))
            .in(frame));
    return out;
  }
  return Error(Code::not_found, cat("the model has no associated file ", name));
}

bool ModelFile::weights_intact() const {
  return impl_->storage.intact() && impl_->external.intact();
}

void ModelFile::drop_weights() const {
  impl_->storage.drop_weights();
  impl_->external.drop_weights();
}

std::string ModelFile::fingerprint() const {
  if (impl_->external.any()) return "";
  Sha256 hash;
  hash.add(std::as_bytes(std::span(impl_->identity)));
  impl_->storage.hash(hash, impl_->identity.empty());
  return hex(hash.finish());
}

}  // namespace samara::schema
