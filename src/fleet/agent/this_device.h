// What this device is, by which versions that are for some devices only are chosen.
#pragma once

#include "fleet/wire/target.h"

namespace samara::agent {

/// Fills in what the app has not said: system, processor, memory. App and class are the app's to say.
wire::Profile this_device(wire::Profile said = {});

}  // namespace samara::agent
