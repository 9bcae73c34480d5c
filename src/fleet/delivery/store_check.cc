// The store mends itself, and removes what nobody needs.
#include <sys/file.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/delivery/store.h"

namespace samara::delivery {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

/// The names in a folder; none where it does not exist.
Result<std::vector<std::string>> names_in(const std::string& folder) {
  auto out = list_folder(folder);
  if (!out.ok() && out.error().code() == Code::not_found) return std::vector<std::string>();
  return out;
}

uint64_t size_of(const std::string& path) {
  const auto id = file_identity(path);
  return id.ok() ? id->size : 0;
}

/// Removes a file that no process has locked.
Status discard(const std::string& path, Store::Report& report) {
  const uint64_t size = size_of(path);
  TRY_SET(WritableFile file, WritableFile::open(path));
  TRY_SET(const bool free, file.try_lock());
  if (!free) {
    report.findings.push_back(cat(path, ": kept, it is in use"));
    return ok();
  }
  TRY(remove_file(path));
  ++report.removed;
  report.freed += size;
  return ok();
}

}  // namespace

Status Store::sweep(const std::string& folder, bool repair, Report& report) {
  TRY_SET(const auto files, names_in(folder));
  for (const std::string& file : files) {
    if (!file.ends_with(".tmp")) continue;
    report.findings.push_back(cat(folder, "/", file, ": left over from a write that was cut off"));
    if (!repair) continue;
    TRY(remove_file(cat(folder, "/", file)));
    ++report.removed;
  }
  return ok();
}

/// The hash of a blob's content; of one that is sealed and has no key here, its name.
Result<std::string> Store::hash_of(const std::string& blob, Report& report) const {
  const std::string path = blob_path(blob);
  TRY_SET(const auto sealed, size_if_sealed(path));
  if (!sealed) return hash_file(path);
  if (!options_.key) {
    report.findings.push_back(cat(path, ": kept, it is sealed and cannot be read without its key"));
    return blob;
  }
  TRY_SET(const Content content, Content::open(path, {"", blob, *sealed, ""}, options_.key));
  std::vector<std::byte> piece;
  Sha256 hash;
  for (uint64_t at = 0; at < *sealed; at += piece.size()) {
    piece.resize(static_cast<size_t>(std::min(4 * kSealedPiece, *sealed - at)));
    TRY(content.read(at, piece));
    hash.add(piece);
  }
  return hex(hash.finish());
}

Status Store::check_blobs(bool repair, Report& report) {
  TRY_SET(const auto blobs, names_in(folder_ + "/blobs"));
  for (const std::string& blob : blobs) {
    const std::string path = blob_path(blob);
    const uint64_t size = size_of(path);
    const auto hash = hash_of(blob, report);
    // A disk that cannot be read at the moment is no proof that the content is bad.
    if (!hash.ok() && hash.error().code() != Code::data_loss &&
        hash.error().code() != Code::invalid_argument)
      return hash.error();
    ++report.blobs;
    report.bytes += size;
    if (hash.ok() && *hash == blob) continue;
    report.findings.push_back(cat(path, ": the content is not what its name says"));
    if (!repair) continue;
    TRY(remove_file(path));
    ++report.removed;
    report.freed += size;
  }
  if (repair) TRY(sync_folder(folder_ + "/blobs"));
  return ok();
}

Status Store::mend(Slots& s, FunctionRef<void(std::string_view)> note) const {
  TRY_SET(const bool has_staged, is_here(s.staged));
  TRY_SET(const bool has_previous, is_here(s.previous));
  TRY_SET(const bool has_current, is_here(s.current));
  if (s.staged && !has_staged) {
    note("the staged version is gone");
    if (!s.wanted) s.wanted = s.staged;
    s.staged.reset();
  }
  if (s.previous && !has_previous) {
    note("the previous version is gone");
    s.previous.reset();
  }
  if (s.current && !has_current) {
    note(s.previous ? "the current version is gone; the previous one takes its place"
                    : "the current version is gone; it is wanted again");
    if (!s.wanted) s.wanted = s.current;
    s.current = std::exchange(s.previous, std::nullopt);
    s.proven = s.current.has_value();
    s.starts = 0;
  }
  return ok();
}

Status Store::check_model(const std::string& name, bool repair, Report& report) {
  const Records records = read(name);
  if (records.failure) return Error(*records.failure).in(cat("model ", name));
  if (records.valid.empty() && records.broken == 0) return ok();
  ++report.models;
  Slots s = records.best;
  const auto note = [&](std::string_view what) {
    report.findings.push_back(cat("model ", name, ": ", what));
  };
  if (records.broken > 0)
    note(records.valid.empty() ? "no record is whole; rebuilt from what is there"
                               : "one record is broken; the other holds");
  TRY(mend(s, note));
  if (!repair || (s == records.best && records.broken == 0)) return ok();
  // Both records anew: neither may name what is gone.
  for (int n = 0; n < 2; ++n) {
    ++s.generation;
    TRY(write(name, s));
  }
  return ok();
}

Result<Store::Report> Store::check(bool repair) {
  Report report;
  // Without its key nothing that is sealed is found damaged.
  if (options_.key) TRY(read_key(options_.key).in([&] { return "store " + folder_; }));
  std::optional<WritableFile> held;
  if (repair) {
    TRY_SET(held, lock());
  }
  const auto frame = [&] { return "store " + folder_; };
  TRY_SET(const auto models, names_in(folder_ + "/models").in(frame));
  TRY(sweep(folder_ + "/blobs", repair, report).in(frame));
  TRY(sweep(folder_ + "/partial", repair, report).in(frame));
  TRY(check_blobs(repair, report).in(frame));
  for (const std::string& model : models) {
    if (!check_name(model).ok()) {
      report.findings.push_back(
          cat("models: a name that is none of ours, ", model.size(), " bytes"));
      continue;
    }
    TRY(sweep(model_folder(model), repair, report).in(frame));
    TRY(check_model(model, repair, report).in(frame));
  }
  return report;
}

Status Store::clean_model(const std::string& name, std::vector<std::string>& kept,
                          std::vector<std::string>& wanted, Report& report) {
  Records records = read(name);
  if (records.failure) return Error(*records.failure).in(cat("model ", name));
  if (records.valid.empty()) records.valid.push_back(records.best);
  std::vector<std::string> mine;
  for (const Slots& s : records.valid) {
    for (const auto* slot : {&s.staged, &s.current, &s.previous, &s.wanted})
      if (*slot) mine.push_back((*slot)->sha256);
    if (s.wanted) wanted.push_back(s.wanted->sha256);
  }
  ++report.models;
  TRY_SET(const auto files, names_in(model_folder(name)));
  for (const std::string& file : files)
    if (file.ends_with(".json") && !contains(mine, file.substr(0, file.size() - 5)))
      TRY(remove_file(cat(model_folder(name), "/", file)));
  kept.insert(kept.end(), mine.begin(), mine.end());
  return ok();
}

Status Store::clean_folder(const std::string& folder, const std::vector<std::string>& kept,
                           Report& report) {
  TRY_SET(const auto files, names_in(folder));
  for (const std::string& file : files) {
    const std::string_view stem = file.ends_with(".json")
                                      ? std::string_view(file).substr(0, file.size() - 5)
                                      : std::string_view(file);
    if (!contains(kept, stem)) TRY(discard(cat(folder, "/", file), report));
  }
  return sync_folder(folder);
}

Result<Store::Report> Store::gc() {
  Report report;
  const auto frame = [&] { return "store " + folder_; };
  TRY_SET(const WritableFile held, lock().in(frame));
  std::vector<std::string> kept;
  std::vector<std::string> wanted;
  TRY_SET(const auto models, names_in(folder_ + "/models").in(frame));
  for (const std::string& model : models)
    if (check_name(model).ok()) TRY(clean_model(model, kept, wanted, report).in(frame));
  TRY(clean_folder(folder_ + "/blobs", kept, report).in(frame));
  TRY(clean_folder(folder_ + "/partial", wanted, report).in(frame));
  return report;
}

}  // namespace samara::delivery
