// GET .../softwaremodules/{number}/artifacts/{file}: hawkBit's device API: the bytes of an update.
#include "hub/routes/core/ddi.h"

namespace samara::hub::routes {

extern const Route get_ddi_artifact = {
    .method = "GET",
    .path = SAMARA_DDI "/softwaremodules/{number}/artifacts/{file}",
    .rule = Rule::needs(Role::device),
    .summary = "hawkBit: the bytes of an update",
    .content = "application/octet-stream",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const ddi::Update update, update_in_path(c));
      if (update.file.title != c.at("file"))
        return Error(Code::not_found, "the update has no such file");
      return blob_response(c.hub, update.file.sha256);
    },
    .device_token = true,
};

}  // namespace samara::hub::routes
