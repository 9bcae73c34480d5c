// GET .../deploymentBase/{number}: hawkBit's device API: the update, where it is and what its hashes are.
#include "hub/routes/core/ddi.h"

namespace samara::hub::routes {
namespace {

Result<Response> tell_deployment(Call& c) {
  TRY_SET(const ddi::Update update, update_in_path(c));
  TRY_SET(const std::string sha1, ddi::sha1_of(c.hub.store, c.hub.blobs, update.file.sha256));
  const Json link =
      Json::object({{"href", cat(device_address(c), "/softwaremodules/", update.version.id,
                                 "/artifacts/", update.file.title)}});
  // Clients know it by the one or the other, as TLS is spoken or not.
  const char* name = c.request.secure ? "download" : "download-http";
  const Json artifact =
      Json::object({{"filename", update.file.title},
                    {"hashes", Json::object({{"sha1", sha1}, {"sha256", update.file.sha256}})},
                    {"size", update.file.size},
                    {"_links", Json::object({{name, link}})}});
  const Json chunk = Json::object({{"part", "bApp"},
                                   {"version", update.version.manifest.version},
                                   {"name", update.version.manifest.model},
                                   {"artifacts", Json::array({artifact})}});
  return with_etag(Json::object(
      {{"id", c.at("number")},
       {"deployment",
        Json::object(
            {{"download", "forced"}, {"update", "forced"}, {"chunks", Json::array({chunk})}})}}));
}

constexpr Field kDeploymentQuery[] = {
    {"c", Format::text, "as it stood in the link; not looked at"},
};

}  // namespace

extern const Route get_ddi_deployment = {
    .method = "GET",
    .path = SAMARA_DDI "/deploymentBase/{number}",
    .rule = Rule::needs(Role::device),
    .summary = "hawkBit: an update",
    .query = kDeploymentQuery,
    .handle = tell_deployment,
    .device_token = true,
};

}  // namespace samara::hub::routes
