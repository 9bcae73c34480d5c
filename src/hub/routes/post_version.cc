// POST .../versions: makes a version of a finished upload, if the model is fit to be delivered.
#include "fleet/wire/version.h"
#include "hub/routes/core/route.h"

namespace samara::hub::routes {
namespace {

constexpr Field kVersionBody[] = {
    {"upload", Format::upload, "the finished upload", true},
    {"version", Format::version, "a semantic version", true},
    {"sha256", Format::sha256, "of the bytes, to be sure"},
    {"tags", Format::names, "words to find it by"},
    {"labels", Format::labels, "names and values"},
    {"notes", Format::text, "what is new, for people"},
    {"target", Format::target, "which devices it is for"},
};

wire::Manifest manifest_of(const Call& c, const blobs::Blob& blob) {
  wire::Manifest m;
  m.model = c.at("model");
  m.version = c.text("version");
  m.sha256 = blob.sha256;
  m.size = blob.size;
  m.notes = c.text("notes");
  m.created_at = wire::time_text(now());
  m.created_by = c.who.name;
  if (const Json* tags = c.body.find("tags")) {
    for (const Json& tag : *tags->as_array()) m.tags.push_back(*tag.as_string());
  }
  if (const Json* labels = c.body.find("labels")) {
    for (const auto& [key, value] : *labels->as_object())
      m.labels.emplace_back(key, *value.as_string());
  }
  if (const Json* target = c.body.find("target")) m.target = *wire::read_target(*target);
  return m;
}

}  // namespace

extern const Route post_version = {
    .method = "POST",
    .path = "/v1/projects/{project}/models/{model}/versions",
    .rule = Rule::needs(Role::publisher),
    .summary = "makes a version of an upload",
    .body = kVersionBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> {
      const std::string id = c.text("upload");
      TRY_SET(const auto note, c.hub.store.upload(c.project->id, id));
      TRY_SET(const uint64_t size, c.hub.blobs.offset(id));
      if (note.size && size < *note.size)
        return Error(Code::failed_precondition,
                     cat("the upload has ", size, " of ", *note.size, " bytes; go on from there"));
      if (const auto model = c.model();
          model.ok() && c.hub.store.version(model->id, c.text("version")).ok()) {
        return Error(Code::failed_precondition,
                     cat("there is a version ", c.text("version"), " of '", c.at("model"),
                         "' already; versions are never changed"));
      }
      TRY_SET(const std::string path, c.hub.blobs.path(id));
      TRY_SET(const Verdict verdict, c.hub.judge.judge(path));
      if (!verdict.fit)
        return Error(Code::invalid_model, cat("the model is refused: ", verdict.reason));
      TRY_SET(const blobs::Blob blob, c.hub.blobs.finish(id, c.text("sha256")));
      if (blob.size != size)
        return Error(Code::failed_precondition, "the upload grew while the model was judged");
      const wire::Manifest manifest = manifest_of(c, blob);
      TRY(c.hub.store.add_version(c.who, *c.project, manifest, verdict.report.dump()));
      TRY(c.hub.store.forget_upload(id));
      return json_response(full_json({0, manifest, verdict.report.dump()}), 201);
    },
};

}  // namespace samara::hub::routes
