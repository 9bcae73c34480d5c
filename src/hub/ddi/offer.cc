#include "hub/ddi/offer.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/digest.h"
#include "fleet/wire/manifest.h"
#include "fleet/wire/target.h"
#include "hub/oci/artifacts.h"

namespace samara::hub::ddi {
namespace {

using json::Json;

std::string text_at(const Json* json, std::string_view name) {
  const Json* member = json ? json->find(name) : nullptr;
  const std::string* text = member ? member->as_string() : nullptr;
  return text ? *text : "";
}

/// The last line that the device has sent with it.
std::string detail_of(const Json& status) {
  const Json* details = status.find("details");
  const Json::Array* lines = details ? details->as_array() : nullptr;
  if (!lines || lines->empty() || !lines->back().as_string()) return "";
  return lines->back().as_string()->substr(0, 1000);
}

/// As a file's name on a device: no path.
bool is_swu(const oci::Descriptor& layer) {
  return layer.title.ends_with(".swu") && layer.title.size() > 4 && layer.title.size() <= 200 &&
         wire::is_name(layer.title.substr(0, 1)) &&
         std::all_of(layer.title.begin(), layer.title.end(),
                     [](char c) { return c == '.' || c == '-' || wire::is_name({&c, 1}); });
}

}  // namespace

Offer offer(int64_t wanted, const DeviceState& state) {
  if (state.state == "open" && state.action != wanted) return {.cancel = state.action};
  const bool ended = state.state == "success" || state.state == "failure";
  if (wanted == 0 || (ended && state.action == wanted)) return {};
  return {.deploy = wanted};
}

Result<DeviceState> after_feedback(int64_t action, const Json& status) {
  const std::string execution = text_at(&status, "execution");
  const std::string finished = text_at(status.find("result"), "finished");
  DeviceState out{action, "open", detail_of(status)};
  if (execution == "canceled") {
    out.state = "canceled";
  } else if (execution == "rejected") {
    out.state = "failure";
  } else if (execution == "closed") {
    if (finished != "success" && finished != "failure" && finished != "none")
      return Error(Code::invalid_argument,
                   "'status.result.finished' is none of success, failure and none");
    // What was closed without a word has not failed.
    out.state = finished == "failure" ? "failure" : "success";
  } else if (execution != "proceeding" && execution != "scheduled" && execution != "resumed" &&
             execution != "download" && execution != "downloaded") {
    return Error(Code::invalid_argument,
                 "'status.execution' is none of closed, proceeding, canceled, scheduled, rejected, "
                 "resumed, download and downloaded");
  }
  return out;
}

Result<std::optional<Update>> find_update(Store& store, const Model& model,
                                          std::string_view channel) {
  const std::optional<Update> none;
  const auto version = store.resolve(model.id, PointerKind::channel, channel);
  if (!version.ok() && version.error().code() == Code::not_found) return none;
  if (!version.ok()) return version.error();
  // Of a device that says nothing of itself nobody knows whether it is meant.
  if (!wire::mismatch(version->manifest.target, {}).empty()) return none;
  TRY_SET(const Artifact own, oci::find_artifact(store, model, version->manifest.version, true));
  TRY_SET(const auto attached, store.artifacts(model.id, ArtifactKey::subject, own.digest));
  // The last one that was attached is the one that is meant.
  for (auto one = attached.rbegin(); one != attached.rend(); ++one) {
    const auto manifest = oci::read_manifest(one->content);
    if (!manifest.ok()) continue;
    for (const oci::Descriptor& layer : manifest->layers)
      if (is_swu(layer)) return std::optional(Update{*version, layer});
  }
  return none;
}

Result<std::string> sha1_of(Store& store, blobs::Store& blobs, const std::string& sha256) {
  TRY_SET(std::string known, store.sha1(sha256));
  if (!known.empty()) return known;
  TRY_SET(const blobs::Content content, blobs.open(sha256));
  TRY_SET(crypto::Digest digest, crypto::Digest::start(crypto::Algorithm::sha1));
  std::vector<std::byte> piece(std::min<uint64_t>(1 << 20, content.size));
  for (uint64_t at = 0; at < content.size; at += piece.size()) {
    piece.resize(std::min<uint64_t>(1 << 20, content.size - at));
    TRY(content.read(at, piece));
    digest.add(piece);
  }
  TRY_SET(const crypto::Bytes hash, digest.finish());
  TRY(store.note_sha1(sha256, hex(hash)));
  return hex(hash);
}

}  // namespace samara::hub::ddi
