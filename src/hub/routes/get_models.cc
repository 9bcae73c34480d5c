// GET .../models: the models of a project.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_models = {
    .method = "GET",
    .path = "/v1/projects/{project}/models",
    .rule = Rule::needs(Role::viewer),
    .summary = "the models of a project",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const auto models, c.hub.store.models(c.project->id));
      Json list = Json::array();
      for (const Model& m : models)
        list.push(Json::object({{"name", m.name}, {"created_at", wire::time_text(m.created_at)}}));
      return with_etag(Json::object({{"models", std::move(list)}}));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
