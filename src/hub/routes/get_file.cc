// GET /v1/projects/{project}/files/{sha256}: a published model's bytes by a sealed link, which Firebase's
// downloaders follow without a token.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

constexpr Field kFileQuery[] = {
    {"until", Format::count, "when the link ends, in seconds since 1970", true},
    {"seal", Format::sha256, "the hub's own, over the rest", true},
};

}  // namespace

extern const Route get_file = {
    .method = "GET",
    .path = "/v1/projects/{project}/files/{sha256}",
    .rule = Rule::anyone(),
    .summary = "the bytes of a published model, by a sealed link",
    .query = kFileQuery,
    .content = "application/octet-stream",
    .handle = [](Call& c) -> Result<Response> {
      const std::string text = file_text(c.at("project"), c.at("sha256"), c.asked("until"));
      if (!c.hub.store.is_sealed(text, c.asked("seal")))
        return Error(Code::permission_denied, "this hub has not sealed the link");
      // 400 is how these clients are told to ask for another link.
      if (std::stoll(c.asked("until")) <= now())
        return Error(Code::invalid_argument, "the link has expired");
      TRY_SET(const Project project, c.hub.store.project(c.at("project")));
      TRY_SET(const bool there, c.hub.store.has_blob(project.id, c.at("sha256"), true));
      if (!there) return Error(Code::not_found, "the model is not published any more");
      return blob_response(c.hub, c.at("sha256"));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
