// GET and HEAD /v2/{project}/{model}/manifests/{reference}: the manifest of a version, by its number, a
// channel, an alias or its digest; or of what is attached.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {
namespace {

Result<Response> oci_manifest(Call& c) {
  TRY_SET(const Model model, c.model());
  TRY_SET(Artifact artifact,
          oci::find_artifact(c.hub.store, model, c.at("reference"), is_device(c)));
  Response out;
  out.headers = {{"Content-Type", artifact.media_type},
                 {"ETag", cat("\"", artifact.digest, "\"")},
                 {"Cache-Control", "private, no-cache"},
                 {"Docker-Content-Digest", artifact.digest}};
  out.body = std::move(artifact.content);
  return out;
}

}  // namespace

extern const Route get_oci_manifest = {
    .method = "GET",
    .path = "/v2/{project}/{model}/manifests/{reference}",
    .rule = Rule::device_or_public(),
    .summary = "OCI: the manifest of a version, or of what is attached to one",
    .content = "application/vnd.oci.image.manifest.v1+json",
    .handle = oci_manifest,
    .basic = true,
    .errors = oci_errors<Noun::manifest>,
};

}  // namespace samara::hub::routes
