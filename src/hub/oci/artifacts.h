// Artifacts: what a tag or digest of a repository stands for, and what becomes of what is pushed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fleet/io/blobs/blobs.h"
#include "hub/jobs/judge.h"
#include "hub/oci/manifest.h"
#include "hub/store/store.h"

namespace samara::hub::oci {

/// Whether the project has these bytes; `published`: as part of what devices may have.
Result<bool> has_blob(Store& store, int64_t project, std::string_view sha256, bool published);

/// The artifact of a digest, version, channel, alias or tag of something attached.
///
/// Errors   not_found  there is none, or with `published` none that devices may have
Result<Artifact> find_artifact(Store& store, const Model& model, std::string_view reference,
                               bool published);

/// All tags in the order of their bytes.
Result<std::vector<std::string>> tags_of(Store& store, const Model& model, bool published);

/// What a push needs of the hub.
struct Pushing {
  Store& store;
  blobs::Store& blobs;
  Judge& judge;
  const Principal& by;
  const Project& project;
  const std::string& model;
};

/// Takes a manifest that is pushed by a tag or by its digest. Pushing the same once more changes nothing.
///
/// Errors   invalid_argument     it is no manifest that is taken here, or has another digest
///          not_found            it names bytes or a subject that are not here
///          invalid_model        the model is refused; the message says why
///          failed_precondition  the version is there already, or callers would notice a change
Result<Artifact> push(const Pushing& to, std::string_view reference, const std::string& content);

/// Removes what the reference stands for: a channel or alias, a version, or something attached.
Status remove(Store& store, const Principal& by, const Project& project, const Model& model,
              std::string_view reference);

}  // namespace samara::hub::oci
