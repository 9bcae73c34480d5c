// POST .../cancelAction/{number}/feedback: hawkBit's device API: what a device has made of being told to stop.
#include "hub/routes/core/ddi.h"

namespace samara::hub::routes {

extern const Route post_ddi_cancelled = {
    .method = "POST",
    .path = SAMARA_DDI "/cancelAction/{number}/feedback",
    .rule = Rule::needs(Role::device),
    .summary = "hawkBit: what a device has made of being told to stop",
    .body = kFeedbackBody,
    .handle = [](Call& c) { return take_feedback(c, true); },
    .device_token = true,
};

}  // namespace samara::hub::routes
