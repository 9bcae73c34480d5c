// Offer: the update that hawkBit's device API tells a device of.
#pragma once

#include <optional>
#include <string>

#include "fleet/io/blobs/blobs.h"
#include "fleet/io/json/json.h"
#include "hub/oci/manifest.h"
#include "hub/store/store.h"

namespace samara::hub::ddi {

/// What a device is told; at most one of them is not 0.
struct Offer {
  int64_t deploy = 0, cancel = 0;  // numbers of actions
};
/// `wanted`: the action of the version that the channel points at, 0: none.
Offer offer(int64_t wanted, const DeviceState& state);

/// What a feedback makes of the state.
///
/// Errors   invalid_argument  it says nothing that is known here; the message names what
Result<DeviceState> after_feedback(int64_t action, const json::Json& status);

/// An update that can be installed.
struct Update {
  StoredVersion version;
  oci::Descriptor file;  // the .swu; its title is its name
};
/// The update that a channel stands for; none: there is no channel, no .swu is attached, or the version
/// is for certain devices only.
Result<std::optional<Update>> find_update(Store& store, const Model& model,
                                          std::string_view channel);

/// The SHA-1 of a blob, which these clients compare; it is computed once.
Result<std::string> sha1_of(Store& store, blobs::Store& blobs, const std::string& sha256);

}  // namespace samara::hub::ddi
