// DELETE /v1beta2/.../models/{number}: takes a model away, published or not, with all of its versions.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {

static Result<Response> remove_whole_model(Call& c) {
  TRY_SET(const View view, view_in_path(c));
  if (view.listing.operation != 0)
    return Error(Code::failed_precondition,
                 "the model is locked by an operation that is under way");
  TRY(c.hub.store.remove_listing(c.who, *c.project, view.listing));
  return json_response(Json::object());
}

extern const Route delete_firebase_model = {
    .method = "DELETE",
    .path = "/v1beta2/projects/{project}/models/{number}",
    .rule = Rule::needs(Role::admin),
    .summary = "Firebase ML: removes a model",
    .handle = as_google<remove_whole_model>,
};

}  // namespace samara::hub::routes
