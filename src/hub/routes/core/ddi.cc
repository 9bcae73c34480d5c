#include "hub/routes/core/ddi.h"

namespace samara::hub {

Result<std::optional<ddi::Update>> current_update(const Call& call) {
  const auto model = call.model();
  if (model.ok()) return ddi::find_update(call.hub.store, *model, call.at("channel"));
  // A device may be set up before its model is here.
  if (model.error().code() == Code::not_found) return std::optional<ddi::Update>();
  return model.error();
}

Result<ddi::Update> update_in_path(const Call& call) {
  TRY_SET(auto update, current_update(call));
  if (!update || cat(update->version.id) != call.at("number"))
    return Error(Code::not_found, "the channel stands for another version by now; poll again");
  return std::move(*update);
}

Result<Response> take_feedback(Call& call, bool cancelling) {
  const int64_t action = std::stoll(call.at("number"));
  TRY_SET(DeviceState next, ddi::after_feedback(action, *call.body.find("status")));
  if (cancelling) {
    TRY_SET(const DeviceState state, device_state(call));
    if (state.state != "open" || state.action != action)
      return Error(Code::not_found, "there is nothing to cancel");
    // A device that refuses goes on; what it has ended with is no matter any more.
    next.state = next.state == "success" || next.state == "canceled" ? "canceled" : "open";
  } else {
    TRY(update_in_path(call));
  }
  TRY(call.hub.store.set_device_state(call.who, *call.project, call.at("device"), follows(call),
                                      next));
  return json_response(Json::object());
}

}  // namespace samara::hub
