// What the routes of hawkBit's device API share: who asks, what it follows, addresses.
#pragma once

#include "hub/ddi/offer.h"
#include "hub/routes/core/route.h"

namespace samara::hub {

/// What stands in their paths before the device's name ends.
#define SAMARA_DDI "/ddi/{model}/{channel}/{project}/controller/v1/{device}"

/// "digits stable".
inline std::string follows(const Call& call) {
  return cat(call.at("model"), " ", call.at("channel"));
}
/// "http://host/ddi/digits/stable/default/controller/v1/d1".
inline std::string device_address(const Call& call) {
  return cat(call.address(), "/ddi/", call.at("model"), "/", call.at("channel"), "/",
             call.at("project"), "/controller/v1/", call.at("device"));
}
inline Result<DeviceState> device_state(const Call& call) {
  return call.hub.store.device_state(call.project->id, call.at("device"), follows(call));
}
/// The update that the path's channel stands for, if there is one now.
Result<std::optional<ddi::Update>> current_update(const Call& call);
/// The update, if its number is the one in the path.
///
/// Errors   not_found  the channel stands for another by now
Result<ddi::Update> update_in_path(const Call& call);
/// Takes what the device says of the action in the path.
Result<Response> take_feedback(Call& call, bool cancelling);

inline constexpr Field kFeedbackBody[] = {
    {"id", Format::any, "the action's number"},
    {"time", Format::any, "the device's"},
    {"timestamp", Format::any, "the device's"},
    {"status", Format::any, "execution, result.finished, result.progress, details", true},
};

}  // namespace samara::hub
