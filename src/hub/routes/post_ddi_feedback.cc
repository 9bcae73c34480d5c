// POST .../deploymentBase/{number}/feedback: hawkBit's device API: what a device has made of an update.
#include "hub/routes/core/ddi.h"

namespace samara::hub::routes {

extern const Route post_ddi_feedback = {
    .method = "POST",
    .path = SAMARA_DDI "/deploymentBase/{number}/feedback",
    .rule = Rule::needs(Role::device),
    .summary = "hawkBit: what a device has made of an update",
    .body = kFeedbackBody,
    .handle = [](Call& c) { return take_feedback(c, false); },
    .device_token = true,
};

}  // namespace samara::hub::routes
