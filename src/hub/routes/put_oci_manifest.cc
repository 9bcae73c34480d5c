// PUT /v2/{project}/{model}/manifests/{reference}: a version of a model, which is judged here, or
// something that is attached to one.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {
namespace {

struct ManifestSink : Sink {
  Status take(std::span<const std::byte> piece) override {
    if (text.size() + piece.size() > oci::kMostManifest)
      return Error(Code::resource_exhausted,
                   cat("a manifest has at most ", oci::kMostManifest, " bytes"));
    text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return ok();
  }
  std::string text;
};

Result<std::unique_ptr<Sink>> open_manifest(Call& c) {
  const std::string_view type = c.request.header("content-type");
  if (type.substr(0, type.find(';')) != oci::kManifestType)
    return Error(Code::invalid_argument,
                 cat("manifests come as ", oci::kManifestType, "; other forms are not taken here"));
  if (!oci::is_tag(c.at("reference"))) TRY(read_digest(c.at("reference")));
  return std::unique_ptr<Sink>(std::make_unique<ManifestSink>());
}

Result<Response> take_manifest(Call& c) {
  const auto& sink = static_cast<const ManifestSink&>(*c.sink);
  const std::string& model = c.at("model");
  TRY_SET(const Artifact made,
          oci::push({c.hub.store, c.hub.blobs, c.hub.judge, c.who, *c.project, model},
                    c.at("reference"), sink.text));
  Response out{.status = 201};
  out.headers = {{"Location", cat(repository(c), "/manifests/", made.digest)},
                 {"Docker-Content-Digest", made.digest}};
  if (!made.subject.empty()) out.headers.emplace_back("OCI-Subject", made.subject);
  return out;
}

}  // namespace

extern const Route put_oci_manifest = {
    .method = "PUT",
    .path = "/v2/{project}/{model}/manifests/{reference}",
    .rule = Rule::needs(Role::publisher),
    .summary = "OCI: pushes a version, or something attached to one",
    .success = 201,
    .content = "",
    .takes = "application/vnd.oci.image.manifest.v1+json",
    .sink = open_manifest,
    .handle = take_manifest,
    .basic = true,
    .errors = oci_errors<Noun::push>,
};

}  // namespace samara::hub::routes
