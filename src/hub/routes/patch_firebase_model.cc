// PATCH /v1beta2/.../models/{number}: another name, tags or file, published or not. Python's client names
// what it changes only when it publishes, and sends everything else as it had it.
#include "hub/firebase/admit.h"
#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

constexpr Field kMask[] = {
    {"updateMask", Format::text, "which members are changed, with commas between"},
    {"update_mask", Format::text, "the same"},
};

/// Leaves of the change what the mask names.
Status apply_mask(std::string_view mask, ModelChange& change) {
  if (mask.empty()) {
    // Whether it is published is asked for by name, or stays: what comes back may be out of date.
    change.published.reset();
    return ok();
  }
  ModelChange out;
  while (!mask.empty()) {
    const std::string_view path = mask.substr(0, mask.find(','));
    mask.remove_prefix(std::min(mask.size(), path.size() + 1));
    if (path == "displayName" || path == "display_name") {
      out.display_name = change.display_name;
    } else if (path == "tags") {
      out.tags = change.tags.value_or(std::vector<std::string>());
    } else if (path.starts_with("tfliteModel") || path.starts_with("tflite_model")) {
      out.link = change.link;
    } else if (path == "state.published" || path == "state") {
      out.published = change.published.value_or(false);
    } else {
      return Error(Code::invalid_argument, cat("'", path, "' cannot be changed"));
    }
  }
  change = std::move(out);
  return ok();
}

Status describe(Call& c, const ModelChange& change, View& view) {
  Listing& listing = view.listing;
  const bool same_name = !change.display_name || *change.display_name == listing.display_name;
  const bool same_tags = !change.tags || *change.tags == tags_of(view);
  if (same_name && same_tags) return ok();
  if (change.display_name) listing.display_name = *change.display_name;
  if (change.tags) listing.tags = change.tags;
  return c.hub.store.set_listing(c.who, *c.project, listing);
}

Result<Response> update_model(Call& c) {
  TRY_SET(ModelChange change, read_change(c.body));
  TRY(apply_mask(c.asked(c.asked("updateMask").empty() ? "update_mask" : "updateMask"), change));
  TRY_SET(View view, view_in_path(c));
  if (view.listing.operation != 0)
    return Error(Code::failed_precondition,
                 "the model is locked by an operation that is under way");
  std::optional<Object> object;
  if (change.link) {
    TRY_SET(object, linked_object(c, *change.link, &view));
  }
  TRY(describe(c, change, view));
  if (change.published) TRY(set_published(c.hub.store, c.who, *c.project, view, *change.published));
  if (!object) return done_operation(c, view.listing.model.id);
  TRY_SET(view, view_of(c.hub.store, std::move(view.listing)));
  return begin_admission(c, view, *object, false);
}

}  // namespace

extern const Route patch_firebase_model = {
    .method = "PATCH",
    .path = "/v1beta2/projects/{project}/models/{number}",
    .rule = Rule::needs(Role::publisher),
    .summary = "Firebase ML: changes or publishes a model",
    .query = kMask,
    .body = kModelBody,
    .handle = as_google<update_model>,
};

}  // namespace samara::hub::routes
