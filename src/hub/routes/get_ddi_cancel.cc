// GET .../cancelAction/{number}: hawkBit's device API: which action is to be stopped.
#include "hub/routes/core/ddi.h"

namespace samara::hub::routes {

extern const Route get_ddi_cancel = {
    .method = "GET",
    .path = SAMARA_DDI "/cancelAction/{number}",
    .rule = Rule::needs(Role::device),
    .summary = "hawkBit: what is to be cancelled",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const DeviceState state, device_state(c));
      if (state.state != "open" || cat(state.action) != c.at("number"))
        return Error(Code::not_found, "there is nothing to cancel");
      const Json stop = Json::object({{"stopId", c.at("number")}});
      return json_response(Json::object({{"id", c.at("number")}, {"cancelAction", stop}}));
    },
    .device_token = true,
};

}  // namespace samara::hub::routes
