// Manifest: OCI image manifests (image-spec 1.1), read with all that strangers may have got wrong, and
// made of a version of the hub.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/io/json/json.h"
#include "fleet/wire/manifest.h"
#include "hub/store/store.h"

namespace samara::hub::oci {

inline constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kEmptyType = "application/vnd.oci.empty.v1+json";
/// What this hub calls a model, and its file.
inline constexpr std::string_view kModelType = "application/vnd.samara.model.v1";
inline constexpr std::string_view kFileType = "application/vnd.tflite";

/// The SHA-256 of "{}", which image-spec has clients use for a config that says nothing.
inline constexpr std::string_view kEmptyHash =
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

inline constexpr size_t kMostManifest = 4 << 20;

/// The 64 digits of "sha256:..."; none: no such digest.
std::optional<std::string> hash_of(std::string_view digest);
std::string digest_of(std::string_view content);
/// Whether the text may be a tag.
bool is_tag(std::string_view text);

struct Descriptor {
  std::string media_type, sha256, title;
  uint64_t size = 0;
};

struct Manifest {
  std::string artifact_type;  // as referrers are filtered by: where it is absent the config's type
  std::string subject;        // a digest; empty: none
  Descriptor config;
  std::vector<Descriptor> layers;
  std::vector<std::pair<std::string, std::string>> annotations;

  /// The annotation's value, "" where there is none.
  std::string annotation(std::string_view name) const;
  /// The layer that is the model.
  ///
  /// Errors   invalid_argument  there is none, or more than one
  Result<Descriptor> model() const;
};

/// Errors   invalid_argument  it is no manifest; the message says what is wrong, and where
Result<Manifest> read_manifest(std::string_view text);

/// The manifest of a version that came another way.
std::string make_manifest(const wire::Manifest& version);
/// A list of what is attached to something.
json::Json make_index(const std::vector<Artifact>& referrers);

}  // namespace samara::hub::oci
