// GET and HEAD .../tuf/targets/{folder}/{of}/{file}: the bytes of a target of the signed repository,
// under the name that its clients give it: the digest stands before the file's own name.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_target = {
    .method = "GET",
    .path = "/v1/projects/{project}/tuf/targets/{folder}/{of}/{file}",
    .rule = Rule::device_or_public(),
    .summary = "the bytes of a signed target",
    .content = "application/octet-stream",
    .handle = [](Call& c) -> Result<Response> {
      const std::string& file = c.at("file");
      const std::string hash = file.substr(0, file.find('.'));
      if (!blobs::is_hash(hash) || hash.size() == file.size())
        return Error(Code::not_found, "there is no such target");
      return blob_of_project(c, hash);
    },
    .quick = true,
};

}  // namespace samara::hub::routes
