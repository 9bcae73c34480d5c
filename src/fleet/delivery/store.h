// Store: the models of a device, on its disk.
//
//   <folder>/lock                    taken by whoever changes anything; readers never take it
//   <folder>/blobs/<sha256>          whole, verified content; comes by rename, never changes; as it
//                                    is, or sealed (sealed.h)
//   <folder>/partial/<sha256>        what has arrived of a download, and <sha256>.json about it
//   <folder>/models/<name>/state.N   the slots of a model; N is the last bit of their generation
//   <folder>/models/<name>/<sha256>.json   the trace of a version that was staged
//
// A change writes the older of the two records anew (beside, synced, renamed, folder synced), so the
// one in force is never touched. If a record is found broken, the other holds; if both are, the slots
// are rebuilt from the traces. Blobs that either record names are kept: falling back by one
// generation never meets a model that is gone. No decision depends on the wall clock.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "fleet/delivery/disk.h"
#include "fleet/delivery/sealed.h"
#include "fleet/delivery/slots.h"
#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara::delivery {

/// A model that came with the app; it is never changed and needs no store.
struct Bundled {
  std::string version;
  std::string path;
};

enum class Slot : uint8_t { current, previous, bundled };
std::string_view name(Slot slot);

/// A model that can be loaded now.
struct ModelFile {
  std::string name;
  std::string version;
  std::string path;
  uint64_t size = 0;
  std::string sha256;  // empty: a bundled model, whose bytes nobody has named
  std::string source;
  Slot slot = Slot::current;
  bool proven = false;  // false: the caller must prove it, see Store::note_start()
  bool sealed = false;  // the file is encrypted: Store::unsealed() reads it
};

/// A model and the right to use its file: it is not cleaned up while this lives, in any process.
struct HeldModel {
  ModelFile model;
  File file;
};

enum class Start : uint8_t { go, rolled_back };

class Store {
 public:
  struct Options {
    /// Starts of a model that is not proven, before it is taken for one that crashes.
    uint32_t most_starts = 1;
    /// Times that judging a version may end with the process, before it is refused. One more than
    /// starts: judging takes longer, and systems end programs that nobody looks at.
    uint32_t most_judgings = 2;
    Clock* clock = nullptr;  // null: the system's
    /// Whether the app can use that version of the model; one that it cannot is kept and not given
    /// out. Empty: any.
    std::function<bool(const std::string& name, const std::string& version)> takes = {};
    /// Where there is one, what comes is sealed with it. What is here already is read either way.
    KeySource key = {};
  };
  struct Report {
    uint64_t models = 0, blobs = 0, bytes = 0;
    uint64_t removed = 0, freed = 0;
    std::vector<std::string> findings;  // one line each
  };

  /// Touches nothing: folders are made by the first change.
  explicit Store(std::string folder) : Store(std::move(folder), Options{}) {}
  Store(std::string folder, const Options& options);

  // Readers. They take no lock, write nothing, and work on read-only file systems.

  /// The slots; generation 0 where nothing is known of the model.
  /// Errors   invalid_argument (the name), io
  Result<Slots> slots(const std::string& name) const;
  /// The models that the store knows.
  Result<std::vector<std::string>> names() const;
  /// What to load now: current, else previous, else bundled; the first whose file is there.
  /// Errors   not_found
  Result<ModelFile> file(const std::string& name, const Bundled* bundled = nullptr) const;
  Result<HeldModel> hold(const std::string& name, const Bundled* bundled = nullptr) const;
  /// What lies in that slot, and nothing else.
  Result<HeldModel> hold(const std::string& name, Slot slot, const Bundled* bundled) const;
  /// Whether the content is here, whole by its size.
  bool has(const Entry& entry) const;
  std::string blob_path(std::string_view sha256) const;
  const KeySource& key() const { return options_.key; }
  /// The content's bytes, to be read piece by piece. Errors: those of Content::open.
  Result<Content> content(const Entry& entry) const;
  /// A sealed content in memory of this process alone, which no file holds and no core dump has.
  ///
  /// Errors   data_loss  it was changed, or is sealed with another key; those of Content::open
  Result<Mapping> unsealed(const Entry& entry) const;
  /// Whether the content lies here sealed.
  bool is_sealed(const Entry& entry) const;
  std::string partial_path(std::string_view sha256) const;

  // Writers. Each is one atomic step: after a power loss it has happened or not. When it returns
  // well, it stays.
  //
  // Errors   invalid_argument, permission_denied (read-only), resource_exhausted (disk full), io

  /// Remembers what is being fetched, so that a restart goes on with it.
  Status want(const std::string& name, const Entry& entry);
  Status unwant(const std::string& name);
  /// Takes a whole part into the blobs. The caller has verified its hash.
  Status adopt(const Entry& entry, WritableFile& part);
  /// Errors also   failed_precondition  the content is not here, or the version was refused
  Status stage(const std::string& name, const Entry& entry);
  /// staged becomes current, and the last proven one previous.
  /// Errors also   failed_precondition  nothing is staged, or another version is pinned
  Status activate(const std::string& name);
  /// current has shown that it works.
  Status confirm(const std::string& name);
  /// To be called before a model that is not proven is loaded: counts, and rolls back by itself
  /// once it has been started too often without a confirm().
  Result<Start> note_start(const std::string& name, bool has_bundled = false);
  /// To be called before the wanted version is judged, which may end the process: counts, and refuses
  /// it once that has been begun too often and never come to an end. False: it was refused.
  Result<bool> note_judging(const std::string& name);
  /// What was judged came to no end for reasons that are not the version's.
  Status forgive_judging(const std::string& name);
  /// current is refused from now on, and previous (or else the bundled one) takes its place.
  /// Errors also   failed_precondition  there is nothing to return to
  Status roll_back(const std::string& name, const std::string& reason, bool has_bundled = false);
  /// Remembers that this version must not be taken, and drops it where it is wanted or staged.
  /// Errors also   failed_precondition  it is in use: roll_back() is meant
  Status refuse(const std::string& name, const Entry& entry, const std::string& reason);
  /// Forgets a refusal.
  Status forgive(const std::string& name, const std::string& sha256);
  /// Only this content may be activated; if it is the previous one, it becomes current. "": any.
  Status pin(const std::string& name, const std::string& sha256);
  /// Forgets the model; gc() then removes its files.
  Status remove(const std::string& name);

  /// Reads everything, hashes every blob, and, with `repair`, mends what is broken: damaged blobs go,
  /// slots move to what is whole, records are written anew, leftovers are removed.
  Result<Report> check(bool repair = true);
  /// Removes blobs, parts and traces that no slot of either record names and nobody holds.
  Result<Report> gc();

 private:
  /// What lies in a model's folder.
  struct Records {
    Slots best;                    // of the valid one that is newest, else rebuilt
    std::vector<Slots> valid;      // newest first
    int broken = 0;                // records that are there and not valid
    std::optional<Error> failure;  // reading one failed: what it holds is not known
  };
  std::string model_folder(const std::string& name) const;
  std::string trace_path(const std::string& name, std::string_view sha256) const;
  Records read(const std::string& name) const;
  Result<Slots> rebuild(const std::string& name) const;
  Result<std::string> hash_of(const std::string& blob, Report& report) const;
  /// As has(), but a disk that cannot be asked (too many open files, say) is no proof of absence.
  Result<bool> is_here(const std::optional<Entry>& entry) const;
  /// What lies in that slot; no value where it is empty or its file is gone.
  Result<std::optional<ModelFile>> in_slot(const std::string& name, const Slots& slots, Slot slot,
                                           const Bundled* bundled) const;
  Result<HeldModel> hold_file(const std::string& name, FunctionRef<Result<ModelFile>()> find) const;
  Result<WritableFile> lock();
  Status change(const std::string& name, FunctionRef<Status(Slots&)> how);
  Status write(const std::string& name, const Slots& slots);
  Status step_back(const std::string& name, Slots& slots, const std::string& reason,
                   bool has_bundled);

  Status check_blobs(bool repair, Report& report);
  /// Moves the slots to what is there.
  Status mend(Slots& slots, FunctionRef<void(std::string_view)> note) const;
  Status check_model(const std::string& name, bool repair, Report& report);
  Status sweep(const std::string& folder, bool repair, Report& report);
  Status clean_model(const std::string& name, std::vector<std::string>& kept,
                     std::vector<std::string>& wanted, Report& report);
  Status clean_folder(const std::string& folder, const std::vector<std::string>& kept,
                      Report& report);

  std::string folder_;
  Options options_;
};

}  // namespace samara::delivery
