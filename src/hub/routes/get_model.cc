// GET .../models/{model}: its versions, newest first, its channels and aliases.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_model = {
    .method = "GET",
    .path = "/v1/projects/{project}/models/{model}",
    .rule = Rule::needs(Role::viewer),
    .summary = "a model with its versions, channels and aliases",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY_SET(const auto versions, c.hub.store.versions(model.id));
      TRY_SET(const auto channels, c.hub.store.pointers(model.id, PointerKind::channel));
      TRY_SET(const auto aliases, c.hub.store.pointers(model.id, PointerKind::alias));
      const auto list = [](const auto& items, auto json) {
        Json out = Json::array();
        for (const auto& item : items) out.push(json(item));
        return out;
      };
      const auto pointer = [](const wire::Pointer& p) { return wire::to_json(p); };
      return with_etag(Json::object(
          {{"name", model.name},
           {"versions",
            list(versions, [](const StoredVersion& v) { return wire::to_json(v.manifest); })},
           {"channels", list(channels, pointer)},
           {"aliases", list(aliases, pointer)}}));
    },
};

}  // namespace samara::hub::routes
