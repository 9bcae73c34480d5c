#include "hub/routes/core/google.h"

#include <algorithm>

#include "hub/firebase/admit.h"
#include "hub/firebase/crc32c.h"
#include "hub/firebase/link.h"

namespace samara::hub {
namespace {

/// For so long a request waits for the operation that it began.
constexpr std::chrono::milliseconds kPatience{2000};

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 32 && !text.starts_with('-') &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

Error not_a_word(std::string_view what) {
  return Error(Code::invalid_argument,
               cat(what, " has 1 to 32 letters, digits, '_' and '-', and does not begin with '-'"));
}

Result<std::vector<std::string>> read_tags(const Json& json) {
  std::vector<std::string> out;
  const Json::Array* items = json.as_array();
  if (!items || items->size() > 100)
    return Error(Code::invalid_argument, "'tags' is no list of at most 100 words");
  for (const Json& item : *items) {
    if (!item.as_string() || !is_word(*item.as_string())) return not_a_word("a tag");
    out.push_back(*item.as_string());
  }
  return out;
}

/// Everything that work in the background needs of the call that begins it.
struct Admission {
  Hub* hub;
  Principal who;
  Project project;
  View view;
  Object object;
  bool fresh = false;
  int64_t operation = 0;

  void forget() const {
    if (fresh) (void)hub->store.remove_listing(who, project, view.listing);
  }

  /// Ends the operation with what came of it.
  void end(const Status& status) const {
    std::string message;
    if (!status.ok()) {
      message = status.error().brief();
      if (rpc_code(status.error().code()) == 13) {
        if (hub->log) hub->log(cat("admitting a model: ", status.error().text()));
        message = "internal error";
      }
      forget();
    }
    // What could not be judged now has no fault of its own.
    const int code = status.ok() ? 0 : rpc_code(status.error().code());
    const bool judged = code != 4 && code != 8 && code < 13;
    if (!fresh && judged && message != view.listing.problem) {
      Listing listing = view.listing;
      listing.problem = message;
      (void)hub->store.set_listing(who, project, listing);
    }
    const Status ended = hub->store.end_operation(operation, code, message);
    if (!ended.ok() && hub->log) hub->log(cat("ending an operation: ", ended.error().text()));
  }

  void run() const { end(admit(hub->store, hub->blobs, hub->judge, who, project, view, object)); }
};

}  // namespace

Response google_error(const Error& error) {
  switch (rpc_code(error.code())) {
    case 3:
      return server::error_response(400, error.brief());
    case 4:
    case 14:
      return error_response(error);
    case 5:
      return server::error_response(404, error.brief());
    case 7:
      return server::error_response(403, error.brief());
    case 8:
      return server::error_response(429, error.brief());
    case 9:
      return server::error_response(400, "FAILED_PRECONDITION", error.brief());
    default:
      return server::error_response(500, "internal error");
  }
}

Result<ModelChange> read_change(const Json& body) {
  ModelChange out;
  if (const Json* name = body.find("displayName")) {
    if (!name->as_string() || !is_word(*name->as_string())) return not_a_word("'displayName'");
    out.display_name = *name->as_string();
  }
  if (const Json* tags = body.find("tags")) {
    TRY_SET(out.tags, read_tags(*tags));
  }
  if (const Json* file = body.find("tfliteModel")) {
    const Json* link = file->find("gcsTfliteUri");
    if (!link || !link->as_string())
      return Error(Code::invalid_argument, "'tfliteModel' has no 'gcsTfliteUri'");
    out.link = *link->as_string();
  }
  if (const Json* state = body.find("state")) {
    const Json* published = state->find("published");
    if (!state->is_object() || (published && !published->as_bool()))
      return Error(Code::invalid_argument, "'state.published' is neither true nor false");
    if (published) out.published = *published->as_bool();
  }
  return out;
}

Result<View> view_in_path(Call& call) {
  TRY_SET(Listing listing, call.hub.store.listing(call.project->id, std::stoll(call.at("number"))));
  return view_of(call.hub.store, std::move(listing));
}

Result<std::optional<Object>> linked_object(Call& call, const std::string& link, const View* view) {
  TRY_SET(const SignedLink signed_link, read_link(link));
  TRY_SET(const auto account, call.hub.store.account(signed_link.email));
  if (!account || account->who.project != call.project->id)
    return Error(Code::permission_denied,
                 "the link to the model's file is signed by no account of this project");
  TRY(check_link(signed_link, account->public_key, now()));
  auto object = call.hub.store.object(call.project->id, signed_link.bucket, signed_link.object);
  if (view && view->version) {
    const bool same = object.ok() && object->sha256 == view->version->manifest.sha256;
    const bool gone = !object.ok() &&
                      file_name(*view) == cat("gs://", signed_link.bucket, "/", signed_link.object);
    if (same || gone) return std::optional<Object>();
  }
  if (!object.ok() && object.error().code() == Code::not_found)
    return Error(Code::invalid_argument, object.error().message() + "; upload it first");
  if (!object.ok()) return object.error();
  return std::optional(std::move(*object));
}

Result<Response> begin_admission(Call& call, const View& view, const Object& object, bool fresh) {
  TRY_SET(const int64_t operation,
          call.hub.store.begin_operation(call.project->id, view.listing.model.id, fresh));
  const Admission work{&call.hub, call.who, *call.project, view, object, fresh, operation};
  const auto done = call.hub.background.run([work] { work.run(); }, kPatience);
  if (!done.ok()) {
    work.end(done.error());
    return done.error();
  }
  TRY_SET(const Operation now, call.hub.store.operation(call.project->id, operation));
  if (now.done && now.code == 0) return done_operation(call, view.listing.model.id);
  return json_response(to_json(now, nullptr, call.project->name));
}

Result<Response> done_operation(Call& call, int64_t model) {
  TRY_SET(Listing listing, call.hub.store.listing(call.project->id, model));
  TRY_SET(const View view, view_of(call.hub.store, std::move(listing)));
  Json resource = to_json(view, call.project->name);
  resource.set("@type", "type.googleapis.com/google.firebase.ml.v1beta2.Model");
  return json_response(Json::object({{"done", true}, {"response", std::move(resource)}}));
}

Result<Project> storage_project(const Call& call) {
  TRY_SET(const auto projects, call.hub.store.projects(call.who));
  if (call.who.project == 0 || projects.empty())
    return Error(Code::invalid_argument,
                 "a bucket belongs to a project; use an account or token of one");
  return projects[0];
}

Result<Object> finish_object(Call& call, const std::string& upload, const std::string& name,
                             std::string_view crc32c) {
  TRY_SET(const Project project, storage_project(call));
  TRY_SET(const std::string path, call.hub.blobs.path(upload));
  TRY_SET(const File file, File::open(path));
  Object out{call.at("bucket"), name, "", 0, 0, now()};
  TRY_SET(out.crc32c, crc32c_of(file));
  if (!crc32c.empty() && crc32c != crc32c_text(out.crc32c))
    return Error(Code::data_loss, cat("the bytes that came have the CRC32C ",
                                      crc32c_text(out.crc32c), ", not ", crc32c));
  TRY_SET(const blobs::Blob blob, call.hub.blobs.finish(upload, ""));
  out.sha256 = blob.sha256;
  out.size = blob.size;
  TRY(call.hub.store.put_object(call.who, project, out));
  return out;
}

Json to_json(const Object& object) {
  const std::string generation = cat(object.created_at, "000000");
  const std::string time = wire::time_text(object.created_at);
  return Json::object({{"kind", "storage#object"},
                       {"id", cat(object.bucket, "/", object.name, "/", generation)},
                       {"name", object.name},
                       {"bucket", object.bucket},
                       {"generation", generation},
                       {"metageneration", "1"},
                       {"contentType", "application/octet-stream"},
                       {"storageClass", "STANDARD"},
                       {"size", std::to_string(object.size)},
                       {"crc32c", crc32c_text(object.crc32c)},
                       {"etag", object.sha256.substr(0, 32)},
                       {"timeCreated", time},
                       {"updated", time}});
}

}  // namespace samara::hub
