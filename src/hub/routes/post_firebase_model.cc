// POST /v1beta2/.../models: makes a model as Firebase's clients do, with its file or without.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

Result<Response> create_model(Call& c) {
  TRY_SET(const ModelChange change, read_change(c.body));
  if (!change.display_name) return Error(Code::invalid_argument, "the model has no displayName");
  std::optional<Object> object;
  if (change.link) {
    TRY_SET(object, linked_object(c, *change.link, nullptr));
  }
  auto listing = c.hub.store.make_listing(c.who, *c.project, *change.display_name,
                                          change.tags.value_or(std::vector<std::string>()));
  if (!listing.ok() && listing.error().code() == Code::failed_precondition)
    return server::error_response(409, "ALREADY_EXISTS", listing.error().brief());
  if (!listing.ok()) return listing.error();
  const int64_t model = listing->model.id;
  if (!object) return done_operation(c, model);
  TRY_SET(const View view, view_of(c.hub.store, std::move(*listing)));
  return begin_admission(c, view, *object, true);
}

}  // namespace

extern const Route post_firebase_model = {
    .method = "POST",
    .path = "/v1beta2/projects/{project}/models",
    .rule = Rule::needs(Role::publisher),
    .summary = "Firebase ML: makes a model",
    .body = kModelBody,
    .handle = as_google<create_model>,
};

}  // namespace samara::hub::routes
