// View: a model of the hub as Firebase ML has it: one current file, published or not, a name, tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fleet/io/json/json.h"
#include "fleet/wire/target.h"
#include "hub/store/store.h"

namespace samara::hub {

/// The channel whose version Firebase's clients get.
inline constexpr std::string_view kFirebaseChannel = "stable";
/// The label of a version that came through Firebase's door: the gs:// name of its file.
inline constexpr std::string_view kFirebaseLabel = "gcsTfliteUri";

/// The bucket of names that stand for versions that were pushed.
inline constexpr std::string_view kPushedBucket = "samara";

struct View {
  Listing listing;
  std::optional<StoredVersion> version;  // what the channel stands for, else the newest
  bool published = false;                // the channel is there
  std::string updated_at;
};

Result<View> view_of(Store& store, Listing listing);

/// What a client that says so much of itself gets of a published view: its version, else the newest
/// published one below it that is for such a device. Of major versions these clients know nothing.
///
/// Errors   not_found  none is; the message says why
Result<StoredVersion> version_for(Store& store, const View& view, const wire::Profile& client);
/// The name of its file: where it came from, or a name that stands for a version that was pushed.
std::string file_name(const View& view);
/// A model resource of the management API.
json::Json to_json(const View& view, std::string_view project);
/// An operation resource; `model` where it is done and all went well.
json::Json to_json(const Operation& operation, const json::Json* model, std::string_view project);

/// A filter of a list: displayName = 'x', displayName: x*, tags: x, state.published = true, joined by
/// AND.
///
/// Errors   invalid_argument  another form
Result<bool> matches(std::string_view filter, const View& view);

/// The tags that a view shows.
std::vector<std::string> tags_of(const View& view);

}  // namespace samara::hub
