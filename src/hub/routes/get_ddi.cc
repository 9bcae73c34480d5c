// GET /ddi/.../controller/v1/{device}: hawkBit's device API: how often to ask, and whether there is
// something to do.
#include "hub/routes/core/ddi.h"

namespace samara::hub::routes {
namespace {

Json link_to(const std::string& address) { return Json::object({{"href", address}}); }

Result<Response> poll_device(Call& c) {
  TRY_SET(const auto update, current_update(c));
  TRY_SET(const DeviceState state, device_state(c));
  const ddi::Offer offer = ddi::offer(update ? update->version.id : 0, state);
  const std::string here = device_address(c);
  Json links = Json::object();
  if (offer.deploy)
    links.set("deploymentBase", link_to(cat(here, "/deploymentBase/", offer.deploy)));
  if (offer.cancel) links.set("cancelAction", link_to(cat(here, "/cancelAction/", offer.cancel)));
  links.set("configData", link_to(here + "/configData"));
  const Json polling = Json::object({{"polling", Json::object({{"sleep", "00:05:00"}})}});
  return with_etag(Json::object({{"config", polling}, {"_links", std::move(links)}}));
}

}  // namespace

extern const Route get_ddi = {
    .method = "GET",
    .path = SAMARA_DDI,
    .rule = Rule::needs(Role::device),
    .summary = "hawkBit: what a device has to do",
    .handle = poll_device,
    .device_token = true,
};

}  // namespace samara::hub::routes
