// Admitting: a file that came through Firebase's door becomes a version of its model.
#pragma once

#include "fleet/io/blobs/blobs.h"
#include "hub/firebase/view.h"
#include "hub/jobs/judge.h"
#include "hub/store/store.h"

namespace samara::hub {

/// Judges the object's bytes and makes the next version of them: the next minor one where callers of
/// the newest version notice nothing, else the next major one. Where the model is published, so is it.
///
/// Errors   invalid_model  it is refused; the message says why
///          not_found      the object's bytes are gone
Status admit(Store& store, blobs::Store& blobs, Judge& judge, const Principal& by,
             const Project& project, const View& view, const Object& object);

/// The version that follows `versions` (newest first), given the report of the new file.
Result<std::string> next_version(const std::vector<StoredVersion>& versions,
                                 const json::Json& report);

/// Lets Firebase's clients have the current version, or none any more.
///
/// Errors   failed_precondition  there is no version yet
Status set_published(Store& store, const Principal& by, const Project& project, const View& view,
                     bool published);

/// google.rpc.Code of an error.
int rpc_code(Code code);

}  // namespace samara::hub
