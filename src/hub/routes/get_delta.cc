// GET and HEAD .../tuf/targets/deltas/{base}/{sha256}: what turns an older version's bytes into a
// newer one's. It stands among the targets, so that mirrors of these may hold it; it is not signed:
// what it makes must have the hash that is.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_delta = {
    .method = "GET",
    .path = "/v1/projects/{project}/tuf/targets/deltas/{base}/{sha256}",
    .rule = Rule::device_or_public(),
    .summary = "the difference between two versions' bytes",
    .content = "application/octet-stream",
    .handle = [](Call& c) -> Result<Response> {
      const std::string &base = c.at("base"), &sha256 = c.at("sha256");
      const bool device = c.who.role == Role::device;
      // A device has what was published then, whether or not it still is.
      TRY_SET(const bool known, c.hub.store.has_blob(c.project->id, base, false));
      TRY_SET(const bool there, c.hub.store.has_blob(c.project->id, sha256, device));
      if (!known || !there) return Error(Code::not_found, "there is no such delta");
      TRY_SET(blobs::Content content, c.hub.deltas.open(base, sha256));
      return content_response(std::move(content), cat(base.substr(0, 32), sha256.substr(0, 32)));
    },
};

}  // namespace samara::hub::routes
