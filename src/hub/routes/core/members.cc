// Those who have a role in a project, in an organisation or on the whole hub, as the routes tell them.
#include "fleet/wire/manifest.h"
#include "hub/routes/core/route.h"

namespace samara::hub {

Grant place_of(const Call& call) {
  Grant where{call.at("organisation")};
  if (call.project) {
    where.project = call.project->id;
    where.project_name = call.project->name;
  }
  return where;
}

Json grants_json(const std::vector<Grant>& grants) {
  Json list = Json::array();
  for (const Grant& grant : grants) {
    Json one = Json::object({{"role", name(grant.role)}});
    if (grant.project != 0) one.set("project", grant.project_name);
    if (!grant.organisation.empty()) one.set("organisation", grant.organisation);
    list.push(std::move(one));
  }
  return list;
}

Json users_json(const std::vector<User>& users) {
  const auto time = [](int64_t at) { return at == 0 ? Json() : Json(wire::time_text(at)); };
  Json list = Json::array();
  for (const User& user : users) {
    list.push(Json::object({{"name", user.name},
                            {"created_at", time(user.created_at)},
                            {"disabled_at", time(user.disabled_at)},
                            {"roles", grants_json(user.grants)}}));
  }
  return Json::object({{"users", std::move(list)}});
}

Result<Response> set_member(Call& call) {
  Grant where = place_of(call);
  TRY_SET(where.role, role_of(call.text("role")));
  TRY(call.hub.store.set_member(call.who, where, call.at("user")));
  Json out = grants_json({where});
  return json_response(out.as_array()->front());
}

Result<Response> remove_member(Call& call) {
  TRY(call.hub.store.remove_member(call.who, place_of(call), call.at("user")));
  return Response{.status = 204};
}

Result<Response> list_members(Call& call) {
  TRY_SET(const auto members, call.hub.store.members(place_of(call)));
  return json_response(users_json(members));
}

}  // namespace samara::hub
