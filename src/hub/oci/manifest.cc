#include "hub/oci/manifest.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::hub::oci {
namespace {

using json::Json;

constexpr std::string_view kTitle = "org.opencontainers.image.title";
constexpr size_t kMostLayers = 100;

Error wrong(std::string_view where, std::string_view what) {
  return Error(Code::invalid_argument, cat("the manifest's ", where, " ", what));
}

Result<std::string> text_of(const Json& json, std::string_view name, std::string_view where) {
  const Json* member = json.find(name);
  if (!member) return std::string();
  if (!member->as_string() || member->as_string()->size() > 1000)
    return wrong(where, cat("has a '", name, "' that is no text of at most 1000 bytes"));
  return *member->as_string();
}

Result<std::vector<std::pair<std::string, std::string>>> read_annotations(const Json& json) {
  std::vector<std::pair<std::string, std::string>> out;
  const Json* found = json.find("annotations");
  if (!found || found->is_null()) return out;
  if (!found->is_object()) return wrong("'annotations'", "is no object");
  for (const auto& [name, value] : *found->as_object()) {
    if (!value.as_string()) return wrong("annotations", "are not all texts");
    out.emplace_back(name, *value.as_string());
  }
  return out;
}

Result<Descriptor> read_descriptor(const Json* json, std::string_view where) {
  if (!json || !json->is_object()) return wrong(where, "is no descriptor");
  Descriptor out;
  TRY_SET(out.media_type, text_of(*json, "mediaType", where));
  if (out.media_type.empty()) return wrong(where, "has no 'mediaType'");
  TRY_SET(const std::string digest, text_of(*json, "digest", where));
  const auto hash = hash_of(digest);
  if (!hash) return wrong(where, "has no 'digest' of the form sha256: and 64 digits");
  out.sha256 = *hash;
  const Json* size = json->find("size");
  const int64_t bytes = size ? size->as_integer().value_or(-1) : -1;
  if (bytes < 0) return wrong(where, "has no 'size'");
  out.size = static_cast<uint64_t>(bytes);
  TRY_SET(const auto annotations, read_annotations(*json));
  for (const auto& [name, value] : annotations)
    if (name == kTitle) out.title = value;
  return out;
}

bool is_model(const Descriptor& layer) {
  return layer.media_type.ends_with("tflite") || layer.title.ends_with(".tflite");
}

Json descriptor(std::string_view type, std::string_view sha256, uint64_t size) {
  return Json::object({{"mediaType", type}, {"digest", cat("sha256:", sha256)}, {"size", size}});
}

}  // namespace

std::optional<std::string> hash_of(std::string_view digest) {
  if (!digest.starts_with("sha256:") || !blobs::is_hash(digest.substr(7))) return std::nullopt;
  return std::string(digest.substr(7));
}

std::string digest_of(std::string_view content) {
  return "sha256:" + sha256_hex(std::as_bytes(std::span(content)));
}

bool is_tag(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text.size() <= 128 && letter(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || c == '.' || c == '-'; });
}

std::string Manifest::annotation(std::string_view name) const {
  for (const auto& [key, value] : annotations)
    if (key == name) return value;
  return "";
}

Result<Descriptor> Manifest::model() const {
  const auto models = std::count_if(layers.begin(), layers.end(), is_model);
  if (models != 1)
    return Error(Code::invalid_argument,
                 cat("the manifest has ", models,
                     " layers that are models, by a media type that ends with 'tflite' or a title "
                     "that ends with '.tflite', where a model has one; this hub takes models and "
                     "what is attached to them by 'subject'"));
  return *std::find_if(layers.begin(), layers.end(), is_model);
}

Result<Manifest> read_manifest(std::string_view text) {
  TRY_SET(const Json json,
          json::parse(text, {.bytes = kMostManifest, .depth = 16, .values = 20'000}));
  if (!json.is_object()) return wrong("text", "is no JSON object");
  const Json* schema = json.find("schemaVersion");
  if (!schema || schema->as_integer() != 2) return wrong("'schemaVersion'", "is not 2");
  TRY_SET(const std::string type, text_of(json, "mediaType", "text"));
  if (!type.empty() && type != kManifestType)
    return wrong("'mediaType'", cat("is not ", kManifestType,
                                    "; lists of manifests and other "
                                    "forms are not taken here"));
  Manifest out;
  TRY_SET(out.config, read_descriptor(json.find("config"), "config"));
  const Json* layers = json.find("layers");
  if (!layers || !layers->as_array() || layers->as_array()->size() > kMostLayers)
    return wrong("'layers'", cat("is no list of at most ", kMostLayers));
  for (const Json& layer : *layers->as_array()) {
    TRY_SET(Descriptor one, read_descriptor(&layer, cat("layer ", out.layers.size())));
    out.layers.push_back(std::move(one));
  }
  if (const Json* subject = json.find("subject"); subject && !subject->is_null()) {
    TRY_SET(const Descriptor of, read_descriptor(subject, "subject"));
    out.subject = "sha256:" + of.sha256;
  }
  TRY_SET(out.artifact_type, text_of(json, "artifactType", "text"));
  if (out.artifact_type.empty()) out.artifact_type = out.config.media_type;
  TRY_SET(out.annotations, read_annotations(json));
  return out;
}

std::string make_manifest(const wire::Manifest& version) {
  Json file = descriptor(kFileType, version.sha256, version.size);
  file.set("annotations", Json::object({{kTitle.data(), version.model + ".tflite"}}));
  Json about = Json::object({{kTitle.data(), version.model},
                             {"org.opencontainers.image.version", version.version},
                             {"org.opencontainers.image.created", version.created_at}});
  if (!version.notes.empty()) about.set("org.opencontainers.image.description", version.notes);
  return Json::object({{"schemaVersion", 2},
                       {"mediaType", kManifestType},
                       {"artifactType", kModelType},
                       {"config", descriptor(kEmptyType, kEmptyHash, 2)},
                       {"layers", Json::array({std::move(file)})},
                       {"annotations", std::move(about)}})
      .dump();
}

Json make_index(const std::vector<Artifact>& referrers) {
  Json list = Json::array();
  for (const Artifact& artifact : referrers) {
    Json one = descriptor(artifact.media_type, artifact.digest.substr(7), artifact.content.size());
    one.set("artifactType", artifact.artifact_type);
    const auto json = json::parse(artifact.content);
    if (const Json* about = json.ok() ? json->find("annotations") : nullptr)
      one.set("annotations", *about);
    list.push(std::move(one));
  }
  return Json::object(
      {{"schemaVersion", 2}, {"mediaType", kIndexType}, {"manifests", std::move(list)}});
}

}  // namespace samara::hub::oci
