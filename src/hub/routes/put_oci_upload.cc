// PUT /v2/{project}/{model}/blobs/uploads/{upload}: the last bytes of a blob, or none, and its digest.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {
namespace {

constexpr Field kDigestQuery[] = {
    {"digest", Format::reference, "of all bytes", true},
};

}  // namespace

extern const Route put_oci_upload = {
    .method = "PUT",
    .path = "/v2/{project}/{model}/blobs/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "OCI: ends the push of a blob",
    .query = kDigestQuery,
    .headers = kContentRange,
    .success = 201,
    .content = "",
    .sink = open_blob,
    .handle = [](Call& c) { return finish_blob(c, c.at("upload"), c.asked("digest")); },
    .basic = true,
    .errors = oci_errors<Noun::upload>,
};

}  // namespace samara::hub::routes
