// GET /v2/{project}/{model}/tags/list: versions, channels and aliases, page by page where that is asked.
#include <algorithm>

#include "hub/routes/core/oci.h"

namespace samara::hub::routes {
namespace {

constexpr Field kTagsQuery[] = {
    {"n", Format::count, "at most so many"},
    {"last", Format::text, "those after this one"},
};

Result<Response> oci_tags(Call& c) {
  TRY_SET(const Model model, c.model());
  TRY_SET(auto tags, oci::tags_of(c.hub.store, model, is_device(c)));
  const auto after = std::upper_bound(tags.begin(), tags.end(), c.asked("last"));
  if (!c.asked("last").empty()) tags.erase(tags.begin(), after);
  bool more = false;
  if (!c.asked("n").empty()) {
    // Digits, at most 18 of them: the router has seen to that.
    const size_t most = std::stoull(c.asked("n"));
    more = most > 0 && tags.size() > most;
    tags.resize(std::min(tags.size(), most));
  }
  Response out = json_response(Json::object(
      {{"name", cat(c.at("project"), "/", c.at("model"))}, {"tags", Json::list(tags)}}));
  if (more)
    out.headers.emplace_back("Link", cat("<", repository(c), "/tags/list?n=", c.asked("n"),
                                         "&last=", tags.back(), ">; rel=\"next\""));
  return out;
}

}  // namespace

extern const Route get_oci_tags = {
    .method = "GET",
    .path = "/v2/{project}/{model}/tags/list",
    .rule = Rule::device_or_public(),
    .summary = "OCI: versions, channels and aliases",
    .query = kTagsQuery,
    .handle = oci_tags,
    .basic = true,
    .errors = oci_errors<Noun::registry>,
};

}  // namespace samara::hub::routes
