// GET /v1beta2/.../models: the models of a project as Firebase's clients list them, page by page.
#include <charconv>

#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

constexpr int64_t kMostPage = 100;

// The Python client writes the names one way, Node's the other.
constexpr Field kListQuery[] = {
    {"filter", Format::text, "displayName = 'x', tags: x, state.published = true, joined by AND"},
    {"pageSize", Format::count, "how many, 1 to 100"},
    {"page_size", Format::count, "the same"},
    {"pageToken", Format::count, "the nextPageToken of the page before"},
    {"page_token", Format::count, "the same"},
};

int64_t number(const Call& c, const char* name, const char* other, int64_t absent) {
  const std::string& text = c.asked(name).empty() ? c.asked(other) : c.asked(name);
  if (text.empty()) return absent;
  std::from_chars(text.data(), text.data() + text.size(), absent);
  return absent;
}

Result<Response> list_models(Call& c) {
  const int64_t size = number(c, "pageSize", "page_size", kMostPage);
  const int64_t after = number(c, "pageToken", "page_token", 0);
  if (size < 1 || size > kMostPage)
    return Error(Code::invalid_argument, cat("a page has 1 to ", kMostPage, " models"));
  TRY_SET(auto listings, c.hub.store.listings(c.project->id));
  Json models = Json::array();
  int64_t last = 0;
  for (Listing& listing : listings) {
    const int64_t id = listing.model.id;
    if (id <= after) continue;
    TRY_SET(const View view, view_of(c.hub.store, std::move(listing)));
    TRY_SET(const bool wanted, matches(c.asked("filter"), view));
    if (!wanted) continue;
    if (static_cast<int64_t>(models.as_array()->size()) == size) {
      return json_response(
          Json::object({{"models", std::move(models)}, {"nextPageToken", std::to_string(last)}}));
    }
    models.push(to_json(view, c.project->name));
    last = id;
  }
  // An empty list is left out, as Google does it.
  if (models.as_array()->empty()) return json_response(Json::object());
  return json_response(Json::object({{"models", std::move(models)}}));
}

}  // namespace

extern const Route get_firebase_models = {
    .method = "GET",
    .path = "/v1beta2/projects/{project}/models",
    .rule = Rule::needs(Role::viewer),
    .summary = "Firebase ML: the models of a project",
    .query = kListQuery,
    .handle = as_google<list_models>,
};

}  // namespace samara::hub::routes
