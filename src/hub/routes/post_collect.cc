// POST /v1/collect: removes blobs that no version names and uploads that nobody goes on with.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kCollectBody[] = {
    {"hours", Format::count, "only what is that old; 24 where absent"},
    {"dry_run", Format::truth, "tells what would be removed"},
};

extern const Route post_collect = {
    .method = "POST",
    .path = "/v1/collect",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "removes what nothing needs",
    .body = kCollectBody,
    .handle = [](Call& c) -> Result<Response> {
      const Json* hours = c.body.find("hours");
      const int64_t age = hours ? hours->as_integer().value_or(24) : 24;
      if (age > 1'000'000) return Error(Code::invalid_argument, "'hours' is at most 1000000");
      const Json* dry = c.body.find("dry_run");
      const bool really = !(dry && dry->as_bool() && *dry->as_bool());
      TRY_SET(const auto done,
              c.hub.store.collect(c.who, c.hub.blobs, std::chrono::hours(age), really));
      return json_response(
          Json::object({{"blobs", done.blobs}, {"bytes", done.bytes}, {"uploads", done.uploads}}));
    },
};

}  // namespace samara::hub::routes
