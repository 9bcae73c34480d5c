// POST .../uploads: begins an upload, which PATCH then fills.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kUploadBody[] = {
    {"size", Format::count, "in bytes, where it is known; more is then refused"},
};

extern const Route post_upload = {
    .method = "POST",
    .path = "/v1/projects/{project}/uploads",
    .rule = Rule::needs(Role::publisher),
    .summary = "begins an upload",
    .body = kUploadBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> {
      const Json* size = c.body.find("size");
      const auto most = size ? size->as_integer() : std::nullopt;
      TRY_SET(const std::string id, c.hub.blobs.begin());
      TRY(c.hub.store.note_upload(c.who, c.project->id, id,
                                  most ? std::optional<uint64_t>(*most) : std::nullopt));
      Response out = json_response(Json::object({{"upload", id}, {"offset", 0}}), 201);
      out.headers.emplace_back("Location", cat("/v1/projects/", c.project->name, "/uploads/", id));
      return out;
    },
};

}  // namespace samara::hub::routes
