#include "hub/jobs/deltas.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/delta/delta.h"

namespace samara::hub {
namespace {

/// A file that is kept where a delta is not worth while, so that it is not tried again.
constexpr uint64_t kNone = 0;

auto reader(const blobs::Content& content) {
  return [&content](uint64_t at, std::span<std::byte> out) {
    return content.file ? content.file->read(at, out) : content.read(at, out);
  };
}

}  // namespace

std::string Deltas::path(const std::string& base, const std::string& wanted) const {
  return cat(options_.folder, "/", base, "-", wanted);
}

Result<blobs::Content> Deltas::kept(const std::string& path) const {
  TRY_SET(File file, File::open(path));
  TRY_SET(const FileIdentity id, file.identity());
  if (id.size == kNone) return Error(Code::not_found, "a delta would save too little");
  return blobs::Content{std::make_shared<const File>(std::move(file)), id.size, {}};
}

Result<blobs::Content> Deltas::open(const std::string& base, const std::string& wanted) {
  if (options_.folder.empty()) return Error(Code::not_found, "this hub makes no deltas");
  if (!blobs::is_hash(base) || !blobs::is_hash(wanted) || base == wanted)
    return Error(Code::not_found, "there is no such delta");
  const std::string file = path(base, wanted);
  auto found = kept(file);
  if (found.ok() || file_identity(file).ok()) return found;
  {
    const std::lock_guard lock(mutex_);
    if (!making_.empty()) return Error(Code::unavailable, "another delta is being made");
    making_ = file;
  }
  const auto begun = background_.run(
      [this, base, wanted] {
        (void)make(base, wanted);  // what came of it is asked for below
        const std::lock_guard lock(mutex_);
        making_.clear();
      },
      options_.patience);
  if (!begun.ok()) {
    const std::lock_guard lock(mutex_);
    making_.clear();
    return begun.error();
  }
  if (!*begun) return Error(Code::unavailable, "the delta is being made");
  return kept(file);
}

Status Deltas::make(const std::string& base, const std::string& wanted) const {
  TRY_SET(const blobs::Content before, blobs_.open(base));
  TRY_SET(const blobs::Content after, blobs_.open(wanted));
  std::string out;
  auto done =
      std::max(before.size, after.size) > options_.most_size
          ? Status(Error(Code::failed_precondition, "too large"))
          : delta::make(before.size, reader(before), after.size, reader(after),
                        static_cast<uint64_t>(static_cast<double>(after.size) * options_.most_part),
                        [&](std::span<const std::byte> bytes) {
                          out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                          return ok();
                        });
  if (!done.ok() && done.error().code() != Code::failed_precondition) return done;
  if (!done.ok()) out.clear();
  TRY(make_folders(options_.folder));
  TRY(drop_oldest());
  return write_file(path(base, wanted), out);
}

Status Deltas::drop_oldest() const {
  TRY_SET(const auto names, list_folder(options_.folder));
  std::vector<std::pair<FileIdentity, std::string>> files;
  uint64_t sum = 0;
  for (const std::string& name : names) {
    auto id = file_identity(cat(options_.folder, "/", name));
    if (!id.ok()) continue;
    sum += id->size;
    files.emplace_back(*id, name);
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.first.modified_ns < b.first.modified_ns; });
  for (const auto& [id, name] : files) {
    if (sum <= options_.most_kept) break;
    sum -= id.size;
    ::unlink(cat(options_.folder, "/", name).c_str());
  }
  return ok();
}

}  // namespace samara::hub
