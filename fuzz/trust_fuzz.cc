// Any bytes as metadata of The Update Framework: read as a file, and, where they are JSON, signed
// with good keys and served to a client as the next version of the role that they say they are.
// Whatever they are, the client ends with a result, and keeps no version older than before.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "base/text.h"
#include "fleet/trust/canonical.h"
#include "fleet/trust/client.h"
#include "fleet/trust/names.h"
#include "fleet/trust/write.h"

namespace {

using namespace samara;  // NOLINT: a program
using json::Json;

constexpr int64_t kNow = 1'800'000'000, kLater = kNow + 1'000'000;

void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

class MemoryStore : public trust::Store {
 public:
  Result<std::string> load(std::string_view role) override {
    const auto at = files.find(role);
    if (at == files.end()) return Error(Code::not_found, "nothing");
    return at->second;
  }
  Status save(std::string_view role, std::string_view bytes) override {
    files[std::string(role)] = bytes;
    return ok();
  }
  std::map<std::string, std::string, std::less<>> files;
};

const trust::Signer& signer() {
  static const trust::Signer one =
      trust::Signer::of(crypto::PrivateKey::generate(crypto::KeyKind::ed25519).value()).value();
  return one;
}

std::string signed_file(Json part) {
  Json file = trust::unsigned_file(std::move(part));
  if (!trust::sign(file, signer()).ok()) return {};
  return trust::print(file);
}

/// A root whose roles have the one key.
Json root_part() {
  Json root = trust::make_root(1, kLater);
  for (const auto role : {trust::kRoot, trust::kTargets, trust::kSnapshot, trust::kTimestamp})
    check(trust::set_role(root, role, {.keys = {signer().key()}}).ok(), "a plain root");
  return root;
}

/// A repository in which `part` stands for the role that it names.
std::map<std::string, std::string> repository(int64_t version, const Json* part) {
  const Json* type = part ? part->find("_type") : nullptr;
  const std::string role = type && type->as_string() ? *type->as_string() : "";
  const auto file = [&](std::string_view name, Json plain) {
    return signed_file(role == name ? *part : std::move(plain));
  };
  std::map<std::string, std::string> out;
  if (role == trust::kRoot) out["2.root.json"] = signed_file(*part);
  const std::string targets = file(trust::kTargets, trust::make_targets(version, kLater));
  Json snapshot = trust::make_snapshot(version, kLater);
  (void)trust::list_file(snapshot, "targets.json", targets);
  const std::string snapshot_bytes = file(trust::kSnapshot, snapshot);
  Json timestamp = trust::make_timestamp(version, kLater);
  (void)trust::list_file(timestamp, "snapshot.json", snapshot_bytes);
  out["timestamp.json"] = file(trust::kTimestamp, timestamp);
  const auto numbered = [&](std::string_view name, const std::string& bytes) {
    const auto document = trust::read_document(bytes);
    if (!document.ok()) return;
    const Json* number = document->signed_part.find("version");
    if (number && number->as_integer()) out[cat(*number->as_integer(), ".", name, ".json")] = bytes;
  };
  numbered("targets", targets);
  numbered("snapshot", snapshot_bytes);
  return out;
}

int64_t kept(MemoryStore& store, std::string_view role) {
  const auto document = trust::read_document(store.load(role).value());
  check(document.ok(), "what is kept can be read");
  return document->signed_part.find("version")->as_integer().value_or(0);
}

void serve(const Json& part) {
  MemoryStore store;
  check(trust::Client::bootstrap(store, signed_file(root_part())).ok(), "a plain root");
  std::map<std::string, std::string> files = repository(5, nullptr);
  trust::Client client(store, [&](const std::string& name, uint64_t) -> Result<std::string> {
    const auto at = files.find(name);
    if (at == files.end()) return Error(Code::not_found, name);
    return at->second;
  });
  check(client.refresh(kNow).ok(), "a plain repository");
  files = repository(6, &part);
  const Status status = client.refresh(kNow);
  check(kept(store, trust::kTimestamp) >= 5, "the timestamp does not go back");
  check(kept(store, trust::kSnapshot) >= 5, "the snapshot does not go back");
  check(kept(store, trust::kTargets) >= 5, "targets do not go back");
  if (!status.ok()) return;
  for (const char* name : {"a/model.tflite", "b", "model"}) (void)client.find(name);
}

void read(std::string_view text) {
  const auto document = trust::read_document(text);
  if (!document.ok()) return;
  const auto again = json::parse(document->bytes);
  // Control characters stand as they are in canonical JSON, which is then no JSON.
  if (again.ok()) check(trust::canonical(*again).value() == document->bytes, "one canonical form");
  (void)trust::read_root(*document);
  (void)trust::read_timestamp(*document);
  (void)trust::read_snapshot(*document);
  const auto targets = trust::read_targets(*document);
  if (targets.ok() && targets->delegations) {
    for (const auto& one : trust::responsible_for(*targets->delegations, "a/model.tflite"))
      check(trust::delegated_role(*targets->delegations, one.name), "who is responsible has keys");
  }
  serve(document->signed_part);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  read({reinterpret_cast<const char*>(data), size});
  return 0;
}
