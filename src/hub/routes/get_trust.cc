// GET .../trust: the keys that the hub holds for a project, and how far its signed repository is.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_trust = {
    .method = "GET",
    .path = "/v1/projects/{project}/trust",
    .rule = Rule::needs(Role::viewer),
    .summary = "the signed repository: keys of the hub, roles, versions, expiry",
    .handle = [](Call& c) -> Result<Response> {
      if (!c.hub.store.signing()) return Error(Code::not_found, "this hub signs for nobody");
      TRY_SET(const auto held, c.hub.store.signing()->keys(*c.project));
      TRY_SET(const SignedFiles files, c.hub.store.signed_files(c.project->id));
      Json keys = Json::object(), roles = Json::object();
      for (const auto& [role, key] : held) keys.set(role, key);
      for (const auto& [role, file] : files)
        roles.set(role, Json::object({{"version", file.version},
                                      {"expires_at", wire::time_text(file.expires_at)}}));
      return with_etag(Json::object({{"public", c.project->is_public},
                                     {"keys", std::move(keys)},
                                     {"roles", std::move(roles)}}));
    },
};

}  // namespace samara::hub::routes
