// The store's readers and its atomic steps; store_check.cc mends and cleans.
#include "fleet/delivery/store.h"

#include <sys/file.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "base/try.h"

namespace samara::delivery {
namespace {

constexpr uint64_t kMostRecord = uint64_t{1} << 20;

void remember(Slots& slots, const Entry& entry, const std::string& reason, int64_t now) {
  if (slots.refusal(entry.sha256)) return;
  if (slots.refused.size() >= kMostRefusals) slots.refused.erase(slots.refused.begin());
  slots.refused.push_back({entry.version, entry.sha256, reason.substr(0, 2000), now});
}

bool is(const std::optional<Entry>& slot, std::string_view sha256) {
  return slot && slot->sha256 == sha256;
}

void drop(std::optional<Entry>& slot, std::string_view sha256) {
  if (is(slot, sha256)) slot.reset();
}

/// Errors: data_loss (too long to be one of ours, or cut while it was read), and File's.
Result<std::string> read_record(const std::string& path) {
  TRY_SET(const FileIdentity id, file_identity(path));
  if (id.size > kMostRecord) return Error(Code::data_loss, "a record that is too long");
  return read_file(path);
}

Error refused_error(const Refusal& r) {
  return Error(Code::failed_precondition, cat("version ", r.version, " was refused: ", r.reason));
}

}  // namespace

std::string_view name(Slot slot) {
  constexpr std::string_view kNames[] = {"current", "previous", "bundled"};
  return kNames[static_cast<size_t>(slot)];
}

Store::Store(std::string folder, const Options& options)
    : folder_(std::move(folder)), options_(options) {
  if (!options_.clock) options_.clock = &system_clock();
}

std::string Store::blob_path(std::string_view sha256) const {
  return cat(folder_, "/blobs/", sha256);
}
std::string Store::partial_path(std::string_view sha256) const {
  return cat(folder_, "/partial/", sha256);
}
std::string Store::model_folder(const std::string& name) const {
  return cat(folder_, "/models/", name);
}
std::string Store::trace_path(const std::string& name, std::string_view sha256) const {
  return cat(model_folder(name), "/", sha256, ".json");
}

Result<bool> Store::is_here(const std::optional<Entry>& entry) const {
  if (!entry) return false;
  const auto id = file_identity(blob_path(entry->sha256));
  if (id.ok()) return id->size == entry->size || id->size == sealed_size(entry->size);
  if (id.error().code() == Code::not_found) return false;
  return id.error();
}

bool Store::has(const Entry& entry) const {
  const auto here = is_here(entry);
  return here.ok() && *here && (options_.key || !is_sealed(entry));
}

bool Store::is_sealed(const Entry& entry) const {
  const auto id = file_identity(blob_path(entry.sha256));
  return id.ok() && id->size != entry.size && id->size == sealed_size(entry.size);
}

Result<Content> Store::content(const Entry& entry) const {
  return Content::open(blob_path(entry.sha256), entry, options_.key);
}

Result<Mapping> Store::unsealed(const Entry& entry) const {
  TRY_SET(const Content content, this->content(entry));
  TRY_SET(Mapping out, Mapping::anonymous(entry.size));
  (void)madvise(out.writable().data(), out.writable().size(), MADV_DONTDUMP);
  TRY(content.read(0, out.writable().first(static_cast<size_t>(entry.size))).in([&] {
    return cat("version ", entry.version);
  }));
  return out;
}

Store::Records Store::read(const std::string& name) const {
  Records out;
  for (int n = 0; n < 2; ++n) {
    auto text = read_record(cat(model_folder(name), "/state.", n));
    if (!text.ok()) {
      const Code code = text.error().code();
      if (code == Code::not_found) continue;
      if (code != Code::data_loss) out.failure = text.error();
      ++out.broken;
      continue;
    }
    auto slots = parse_slots(*text);
    if (!slots.ok() || slots->generation % 2 != static_cast<uint64_t>(n)) {
      ++out.broken;
      continue;
    }
    out.valid.push_back(std::move(*slots));
  }
  std::sort(out.valid.begin(), out.valid.end(),
            [](const Slots& a, const Slots& b) { return a.generation > b.generation; });
  if (!out.valid.empty()) {
    out.best = out.valid[0];
  } else if (out.broken > 0) {
    auto rebuilt = rebuild(name);
    if (rebuilt.ok()) {
      out.best = std::move(*rebuilt);
    } else {
      out.failure = rebuilt.error();
    }
  }
  return out;
}

Result<Slots> Store::rebuild(const std::string& name) const {
  Slots out;
  std::vector<Trace> traces;
  TRY_SET(const auto files, list_folder(model_folder(name)));
  for (const std::string& file : files) {
    if (!file.ends_with(".json")) continue;
    const auto text = read_record(cat(model_folder(name), "/", file));
    if (!text.ok() && text.error().code() != Code::data_loss) return text.error();
    if (!text.ok()) continue;
    auto trace = parse_trace(*text);
    if (!trace.ok() || file != trace->entry.sha256 + ".json") continue;
    TRY_SET(const bool here, is_here(trace->entry));
    if (here) traces.push_back(std::move(*trace));
  }
  std::sort(traces.begin(), traces.end(), [](const Trace& a, const Trace& b) {
    return std::pair(a.proven, a.generation) > std::pair(b.proven, b.generation);
  });
  // Above every generation that was ever written, as far as the traces know.
  for (const Trace& t : traces) out.generation = std::max(out.generation, t.generation + 2);
  if (traces.empty()) return out;
  if (!traces[0].proven) {  // none has ever worked here: it has to be proven first
    out.staged = traces[0].entry;
    return out;
  }
  out.current = traces[0].entry;
  out.proven = true;
  if (traces.size() > 1 && traces[1].proven) out.previous = traces[1].entry;
  return out;
}

Result<Slots> Store::slots(const std::string& name) const {
  TRY(check_name(name));
  Records records = read(name);
  if (records.failure && records.valid.empty()) return Error(*records.failure);
  return std::move(records.best);
}

Result<std::vector<std::string>> Store::names() const {
  auto folders = list_folder(folder_ + "/models");
  std::vector<std::string> out;
  if (!folders.ok()) {
    if (folders.error().code() == Code::not_found) return out;
    return folders;
  }
  for (std::string& name : *folders) {
    if (!check_name(name).ok()) continue;
    if (const Records r = read(name); !r.valid.empty() || r.broken > 0) out.push_back(name);
  }
  return out;
}

Result<std::optional<ModelFile>> Store::in_slot(const std::string& name, const Slots& slots,
                                                Slot slot, const Bundled* bundled) const {
  if (slot == Slot::bundled) {
    if (!bundled) return std::optional<ModelFile>();
    TRY_SET(const FileIdentity id,
            file_identity(bundled->path).in([&] { return cat("bundled model ", name); }));
    return std::optional(ModelFile{name, bundled->version, bundled->path, id.size, "",
                                   bundled->path, Slot::bundled, true});
  }
  const auto& entry = slot == Slot::current ? slots.current : slots.previous;
  if (!entry || !has(*entry)) return std::optional<ModelFile>();
  if (options_.takes && !options_.takes(name, entry->version)) return std::optional<ModelFile>();
  return std::optional(ModelFile{name, entry->version, blob_path(entry->sha256), entry->size,
                                 entry->sha256, entry->source, slot,
                                 slot == Slot::previous || slots.proven, is_sealed(*entry)});
}

Result<ModelFile> Store::file(const std::string& name, const Bundled* bundled) const {
  TRY(check_name(name));
  const auto found = slots(name);
  if (!found.ok() && !bundled) return found.error();
  const Slots known = found.ok() ? *found : Slots();
  for (const Slot slot : {Slot::current, Slot::previous, Slot::bundled}) {
    TRY_SET(auto model, in_slot(name, known, slot, bundled));
    if (model) return std::move(*model);
  }
  return Error(Code::not_found, cat("no version of model '", name, "' is here"));
}

Result<HeldModel> Store::hold(const std::string& name, const Bundled* bundled) const {
  return hold_file(name, [&] { return file(name, bundled); });
}

Result<HeldModel> Store::hold(const std::string& name, Slot slot, const Bundled* bundled) const {
  TRY(check_name(name));
  return hold_file(name, [&]() -> Result<ModelFile> {
    TRY_SET(const Slots known, slots(name));
    TRY_SET(auto model, in_slot(name, known, slot, bundled));
    if (model) return std::move(*model);
    return Error(Code::not_found,
                 cat("model '", name, "' has no ", delivery::name(slot), " version here"));
  });
}

Result<HeldModel> Store::hold_file(const std::string& name,
                                   FunctionRef<Result<ModelFile>()> find) const {
  // Between reading the slots and opening the file, another process may have cleaned up.
  for (int tries = 0; tries < 10; ++tries) {
    TRY_SET(ModelFile model, find());
    auto opened = File::open(model.path);
    if (!opened.ok()) {
      if (opened.error().code() == Code::not_found) continue;
      return std::move(opened).error().in(cat("model ", name));
    }
    if (model.slot == Slot::bundled) return HeldModel{std::move(model), std::move(*opened)};
    if (file_system().flock(opened->fd(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) continue;
    if (exists(model.path)) return HeldModel{std::move(model), std::move(*opened)};
  }
  return Error(Code::unavailable, cat("model '", name, "' changes faster than it can be opened"));
}

Result<WritableFile> Store::lock() {
  for (const char* folder : {"", "/blobs", "/partial", "/models"})
    TRY(make_folders(folder_ + folder));
  TRY_SET(WritableFile lock, WritableFile::open(folder_ + "/lock"));
  TRY(lock.lock());
  return lock;
}

Status Store::write(const std::string& name, const Slots& slots) {
  return write_through(cat(model_folder(name), "/state.", slots.generation % 2), dump(slots));
}

Status Store::change(const std::string& name, FunctionRef<Status(Slots&)> how) {
  TRY(check_name(name));
  const auto frame = [&] { return cat("model ", name, " in store ", folder_); };
  TRY_SET(const WritableFile held, lock().in(frame));
  TRY(make_folders(model_folder(name)));
  const Records records = read(name);
  if (records.failure) return Error(*records.failure).in(frame());
  Slots slots = records.best;
  TRY(how(slots).in(frame));
  if (slots.wanted != records.best.wanted) slots.judgings = 0;
  if (slots == records.best && records.broken == 0) return ok();
  ++slots.generation;
  return write(name, slots).in(frame);
}

Status Store::want(const std::string& name, const Entry& entry) {
  TRY(check_entry(entry));
  return change(name, [&](Slots& s) -> Status {
    if (const Refusal* r = s.refusal(entry.sha256)) return refused_error(*r);
    s.wanted = entry;
    return ok();
  });
}

Status Store::unwant(const std::string& name) {
  return change(name, [](Slots& s) {
    s.wanted.reset();
    return ok();
  });
}

Status Store::adopt(const Entry& entry, WritableFile& part) {
  TRY(check_entry(entry));
  const std::string from = partial_path(entry.sha256);
  const auto frame = [&] { return "file " + from; };
  TRY(part.sync().in(frame));
  TRY_SET(const WritableFile held, lock());
  if (file_system().rename(from.c_str(), blob_path(entry.sha256).c_str()) != 0)
    return system_error(errno, "move among the blobs").in(frame());
  TRY(sync_folder(folder_ + "/blobs"));
  TRY(remove_file(from + ".json"));
  return sync_folder(folder_ + "/partial");
}

Status Store::stage(const std::string& name, const Entry& entry) {
  TRY(check_entry(entry));
  return change(name, [&](Slots& s) -> Status {
    if (const Refusal* r = s.refusal(entry.sha256)) return refused_error(*r);
    TRY_SET(const bool here, is_here(entry));
    if (!here) return Error(Code::failed_precondition, "the content is not in the store");
    s.wanted.reset();
    if (is(s.current, entry.sha256)) return ok();
    if (!is(s.previous, entry.sha256))
      TRY(write_through(trace_path(name, entry.sha256),
                        dump(Trace{entry, s.generation + 1, false})));
    s.staged = entry;
    return ok();
  });
}

Status Store::activate(const std::string& name) {
  return change(name, [](Slots& s) -> Status {
    if (!s.staged) return Error(Code::failed_precondition, "no version is staged");
    if (!s.pinned.empty() && s.pinned != s.staged->sha256)
      return Error(Code::failed_precondition, "another version is pinned");
    // A version that never proved itself is nothing to return to, unless it is all there is.
    if (s.current && (s.proven || !s.previous)) s.previous = std::move(s.current);
    s.current = std::exchange(s.staged, std::nullopt);
    if (is(s.previous, s.current->sha256)) s.previous.reset();
    s.proven = false;
    s.starts = 0;
    return ok();
  });
}

Status Store::confirm(const std::string& name) {
  return change(name, [&](Slots& s) -> Status {
    if (!s.current) return Error(Code::failed_precondition, "no version is in use");
    if (s.proven) return ok();
    TRY(write_through(trace_path(name, s.current->sha256),
                      dump(Trace{*s.current, s.generation + 1, true})));
    s.proven = true;
    s.starts = 0;
    return ok();
  });
}

Status Store::step_back(const std::string& name, Slots& s, const std::string& reason,
                        bool has_bundled) {
  if (!s.current) return Error(Code::failed_precondition, "no version is in use");
  TRY_SET(const bool has_previous, is_here(s.previous));
  if (!has_previous && !has_bundled)
    return Error(Code::failed_precondition, "there is no other version to return to");
  const Entry bad = *std::exchange(s.current, std::nullopt);
  remember(s, bad, reason, options_.clock->wall_ms());
  drop(s.staged, bad.sha256);
  drop(s.wanted, bad.sha256);
  if (s.pinned == bad.sha256) s.pinned.clear();
  if (has_previous) s.current = std::exchange(s.previous, std::nullopt);
  s.proven = s.current.has_value();
  s.starts = 0;
  // Else a rebuild would find it again. It goes before the record: without it, a version in use is
  // no worse off.
  return remove_file(trace_path(name, bad.sha256));
}

Status Store::roll_back(const std::string& name, const std::string& reason, bool has_bundled) {
  return change(name, [&](Slots& s) { return step_back(name, s, reason, has_bundled); });
}

Result<Start> Store::note_start(const std::string& name, bool has_bundled) {
  Start out = Start::go;
  TRY(change(name, [&](Slots& s) -> Status {
    if (!s.current || s.proven) return ok();
    TRY_SET(const bool has_previous, is_here(s.previous));
    if (s.starts >= options_.most_starts && (has_previous || has_bundled)) {
      out = Start::rolled_back;
      return step_back(name, s, cat("ended ", s.starts, " starts before it had proven itself"),
                       has_bundled);
    }
    ++s.starts;
    return ok();
  }));
  return out;
}

Status Store::forgive_judging(const std::string& name) {
  return change(name, [](Slots& s) -> Status {
    s.judgings = 0;
    return ok();
  });
}

Result<bool> Store::note_judging(const std::string& name) {
  bool go = true;
  TRY(change(name, [&](Slots& s) -> Status {
    if (!s.wanted) return Error(Code::failed_precondition, "no version is wanted");
    go = s.judgings < options_.most_judgings;
    if (go) {
      ++s.judgings;
      return ok();
    }
    const Entry bad = *s.wanted;
    remember(s, bad, cat("the process ended ", s.judgings, " times while it was judged"),
             options_.clock->wall_ms());
    s.wanted.reset();
    drop(s.previous, bad.sha256);
    return remove_file(trace_path(name, bad.sha256));
  }));
  return go;
}

Status Store::refuse(const std::string& name, const Entry& entry, const std::string& reason) {
  TRY(check_entry(entry));
  return change(name, [&](Slots& s) -> Status {
    if (is(s.current, entry.sha256))
      return Error(Code::failed_precondition, "the version is in use");
    remember(s, entry, reason, options_.clock->wall_ms());
    drop(s.wanted, entry.sha256);
    drop(s.staged, entry.sha256);
    drop(s.previous, entry.sha256);
    return remove_file(trace_path(name, entry.sha256));
  });
}

Status Store::forgive(const std::string& name, const std::string& sha256) {
  return change(name, [&](Slots& s) {
    std::erase_if(s.refused, [&](const Refusal& r) { return r.sha256 == sha256; });
    return ok();
  });
}

Status Store::pin(const std::string& name, const std::string& sha256) {
  if (!sha256.empty()) TRY(check_entry({"", sha256, 0, ""}));
  return change(name, [&](Slots& s) -> Status {
    if (const Refusal* r = s.refusal(sha256)) return refused_error(*r);
    s.pinned = sha256;
    if (sha256.empty() || !is(s.previous, sha256)) return ok();
    TRY_SET(const bool here, is_here(s.previous));
    if (!here) return ok();
    std::swap(s.current, s.previous);
    if (!s.proven) s.previous.reset();
    s.proven = true;
    s.starts = 0;
    return ok();
  });
}

Status Store::remove(const std::string& name) {
  TRY(check_name(name));
  const auto frame = [&] { return cat("model ", name, " in store ", folder_); };
  const std::string folder = model_folder(name);
  TRY_SET(const WritableFile held, lock().in(frame));
  const auto files = list_folder(folder);
  if (!files.ok()) {
    if (files.error().code() == Code::not_found) return ok();
    return files.error();
  }
  // The older record first: while the newer one is there, the model is as it was.
  const Records records = read(name);
  const uint64_t newer = records.valid.empty() ? 0 : records.valid[0].generation % 2;
  for (const uint64_t n : {1 - newer, newer}) {
    TRY(remove_file(cat(folder, "/state.", n)).in(frame));
    TRY(sync_folder(folder).in(frame));
  }
  for (const std::string& file : *files) TRY(remove_file(cat(folder, "/", file)).in(frame));
  return sync_folder(folder).in(frame);
}

}  // namespace samara::delivery
