// GET /v2/{project}/{model}/referrers/{digest}: what is attached to an artifact: signatures, bills of
// materials.
#include <algorithm>

#include "hub/routes/core/oci.h"

namespace samara::hub::routes {
namespace {

constexpr Field kReferrersQuery[] = {
    {"artifactType", Format::text, "only those of this type"},
};

Result<Response> oci_referrers(Call& c) {
  TRY(read_digest(c.at("digest")));
  std::vector<Artifact> all;
  // Clients ask before anything was pushed: then nothing is attached.
  const auto model = c.model();
  if (!model.ok() && model.error().code() != Code::not_found) return model.error();
  if (model.ok()) {
    TRY_SET(all, c.hub.store.artifacts(model->id, ArtifactKey::subject, c.at("digest")));
  }
  const std::string& type = c.asked("artifactType");
  std::erase_if(all, [&](const Artifact& a) {
    return (is_device(c) && !a.published) || (!type.empty() && a.artifact_type != type);
  });
  Response out = json_response(oci::make_index(all));
  out.headers = {{"Content-Type", std::string(oci::kIndexType)}, {"Cache-Control", "no-store"}};
  if (!type.empty()) out.headers.emplace_back("OCI-Filters-Applied", "artifactType");
  return out;
}

}  // namespace

extern const Route get_oci_referrers = {
    .method = "GET",
    .path = "/v2/{project}/{model}/referrers/{digest}",
    .rule = Rule::device_or_public(),
    .summary = "OCI: what is attached to a version",
    .query = kReferrersQuery,
    .content = "application/vnd.oci.image.index.v1+json",
    .handle = oci_referrers,
    .basic = true,
    .errors = oci_errors<Noun::manifest>,
};

}  // namespace samara::hub::routes
