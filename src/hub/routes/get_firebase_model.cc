// GET /v1beta2/.../models/{number}: a model as Firebase's clients know it.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {

static Result<Response> get_one_model(Call& c) {
  TRY_SET(const View view, view_in_path(c));
  return json_response(to_json(view, c.project->name));
}

extern const Route get_firebase_model = {
    .method = "GET",
    .path = "/v1beta2/projects/{project}/models/{number}",
    .rule = Rule::needs(Role::viewer),
    .summary = "Firebase ML: a model",
    .handle = as_google<get_one_model>,
};

}  // namespace samara::hub::routes
