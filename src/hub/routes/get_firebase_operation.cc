// GET /v1beta2/.../operations/{number}: how far work on a model has come.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {

static Result<Response> look_at_operation(Call& c) {
  TRY_SET(const Operation operation,
          c.hub.store.operation(c.project->id, std::stoll(c.at("number"))));
  if (!operation.done || operation.code != 0)
    return json_response(to_json(operation, nullptr, c.project->name));
  TRY_SET(Listing listing, c.hub.store.listing(c.project->id, operation.model));
  TRY_SET(const View view, view_of(c.hub.store, std::move(listing)));
  const Json model = to_json(view, c.project->name);
  return json_response(to_json(operation, &model, c.project->name));
}

extern const Route get_firebase_operation = {
    .method = "GET",
    .path = "/v1beta2/projects/{project}/operations/{number}",
    .rule = Rule::needs(Role::viewer),
    .summary = "Firebase ML: an operation",
    .handle = as_google<look_at_operation>,
};

}  // namespace samara::hub::routes
