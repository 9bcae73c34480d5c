// PUT .../configData: hawkBit's device API: what a device says of itself. Nothing here depends on it, so
// that nothing of it is kept.
#include "hub/routes/core/ddi.h"

namespace samara::hub::routes {
namespace {

constexpr Field kConfigBody[] = {
    {"id", Format::any, "empty"},
    {"time", Format::any, "the device's"},
    {"timestamp", Format::any, "the device's"},
    {"status", Format::any, "as of a feedback"},
    {"mode", Format::any, "merge, replace or remove"},
    {"data", Format::any, "names and values", true},
};

}  // namespace

extern const Route put_ddi_config = {
    .method = "PUT",
    .path = SAMARA_DDI "/configData",
    .rule = Rule::needs(Role::device),
    .summary = "hawkBit: what a device says of itself",
    .body = kConfigBody,
    .handle = [](Call& c) -> Result<Response> {
      if (!c.body.find("data")->is_object())
        return Error(Code::invalid_argument, "'data' is no object");
      return json_response(Json::object());
    },
    .device_token = true,
};

}  // namespace samara::hub::routes
