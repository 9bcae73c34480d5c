// POST /v2/{project}/{model}/blobs/uploads/: begins an upload, takes one whole, or says that the bytes
// are here already (a mount).
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {
namespace {

constexpr Field kPushQuery[] = {
    {"digest", Format::reference, "of the bytes, where they are the body"},
    {"mount", Format::reference, "of bytes that another repository of the project may have"},
    {"from", Format::text, "that repository"},
};

/// An upload that is given up unless it becomes a blob.
struct WholeSink : BlobSink {
  explicit WholeSink(blobs::Store& store) : blobs(store) {}
  ~WholeSink() override {
    upload.reset();
    if (!kept) (void)blobs.cancel(id);
  }
  blobs::Store& blobs;
  bool kept = false;
};

Result<std::unique_ptr<Sink>> open_whole(Call& c) {
  if (c.asked("digest").empty()) return std::unique_ptr<Sink>(std::make_unique<BlobSink>());
  TRY(read_digest(c.asked("digest")));
  auto sink = std::make_unique<WholeSink>(c.hub.blobs);
  TRY_SET(sink->id, c.hub.blobs.begin());
  TRY_SET(sink->upload, c.hub.blobs.resume(sink->id));
  return std::unique_ptr<Sink>(std::move(sink));
}

Result<bool> can_mount(Call& c) {
  if (c.asked("mount").empty()) return false;
  TRY_SET(const std::string sha256, read_digest(c.asked("mount")));
  // Another project's bytes are fetched with that project's token, and pushed with this one's.
  if (!c.asked("from").empty() && !c.asked("from").starts_with(c.at("project") + "/")) return false;
  return oci::has_blob(c.hub.store, c.project->id, sha256, false);
}

Result<Response> begin_blob(Call& c) {
  if (!c.asked("digest").empty()) {
    auto& sink = static_cast<WholeSink&>(*c.sink);
    TRY_SET(Response out, finish_blob(c, sink.id, c.asked("digest")));
    sink.kept = true;
    return out;
  }
  TRY_SET(const bool mounted, can_mount(c));
  if (mounted) return made_blob(c, c.asked("mount").substr(7));
  TRY_SET(const std::string id, c.hub.blobs.begin());
  TRY(c.hub.store.note_upload(c.who, c.project->id, id, std::nullopt));
  return tell_upload(c, id, 202);
}

}  // namespace

extern const Route post_oci_upload = {
    .method = "POST",
    .path = "/v2/{project}/{model}/blobs/uploads/",
    .rule = Rule::needs(Role::publisher),
    .summary = "OCI: begins to push a blob",
    .query = kPushQuery,
    .success = 202,
    .content = "",
    .sink = open_whole,
    .handle = begin_blob,
    .basic = true,
    .errors = oci_errors<Noun::upload>,
};

}  // namespace samara::hub::routes
