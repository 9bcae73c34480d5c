// What the doors share that Google's clients use: Firebase ML's management and Cloud Storage.
#pragma once

#include "hub/firebase/view.h"
#include "hub/routes/core/route.h"

namespace samara::hub {

/// Headers by which Firebase's downloaders name their app.
inline constexpr std::string_view kAndroidApp = "x-android-package",
                                  kAppleApp = "x-ios-bundle-identifier";

/// The errors of `work` by the status and name that Google's clients know.
Response google_error(const Error& error);
template <Result<Response> (*work)(Call&)>
Result<Response> as_google(Call& call) {
  auto done = work(call);
  if (done.ok()) return done;
  const Code code = done.error().code();
  // What went wrong within is for the log, which the router writes.
  if (code == Code::internal || code == Code::io || code == Code::cancelled) return done;
  return google_error(done.error());
}

/// The members of a model resource; most only come back as they were given out.
inline constexpr Field kModelBody[] = {
    {"name", Format::text, "its resource name"},
    {"displayName", Format::text, "what apps ask for: letters, digits, - and _, at most 32"},
    {"tags", Format::any, "words of the same form"},
    {"tfliteModel", Format::any, "gcsTfliteUri: a signed link to its file in this hub's storage"},
    {"state", Format::any, "published: whether clients may have it"},
    {"createTime", Format::text, "given by the hub"},
    {"updateTime", Format::text, "given by the hub"},
    {"etag", Format::text, "given by the hub"},
    {"modelHash", Format::text, "given by the hub"},
    {"activeOperations", Format::any, "given by the hub"},
};

/// What a body of that form asks for; none: nothing is said about it.
struct ModelChange {
  std::optional<std::string> display_name;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::string> link;
  std::optional<bool> published;
};
Result<ModelChange> read_change(const Json& body);

/// The model that the path names by its number.
Result<View> view_in_path(Call& call);
/// The object that a signed link stands for; none: it is the view's file already.
Result<std::optional<Object>> linked_object(Call& call, const std::string& link, const View* view);

/// Makes a version of the object, in the background where that takes long, and answers with the
/// operation. Where it is refused, a model that was `fresh` is gone again.
Result<Response> begin_admission(Call& call, const View& view, const Object& object, bool fresh);
/// The answer of an operation that is done already.
Result<Response> done_operation(Call& call, int64_t model);

/// What is sealed of a link to a published file.
inline std::string file_text(std::string_view project, std::string_view sha256,
                             std::string_view until) {
  return cat("file\n", project, "\n", sha256, "\n", until);
}

/// The project of the caller's token: a bucket belongs to that.
Result<Project> storage_project(const Call& call);
/// An upload that is whole becomes an object; `crc32c`: its checksum as the client computed it, or "".
Result<Object> finish_object(Call& call, const std::string& upload, const std::string& name,
                             std::string_view crc32c);
/// An object resource.
Json to_json(const Object& object);

}  // namespace samara::hub
