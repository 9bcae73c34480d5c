// DELETE /v2/{project}/{model}/manifests/{reference}: a channel or alias by its name; a version that is
// not published; something attached.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {

extern const Route delete_oci_manifest = {
    .method = "DELETE",
    .path = "/v2/{project}/{model}/manifests/{reference}",
    .rule = Rule::needs(Role::admin),
    .summary = "OCI: removes a tag, a version that is not published, or what is attached",
    .success = 202,
    .content = "",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY(oci::remove(c.hub.store, c.who, *c.project, model, c.at("reference")));
      return Response{.status = 202};
    },
    .basic = true,
    .errors = oci_errors<Noun::manifest>,
};

}  // namespace samara::hub::routes
