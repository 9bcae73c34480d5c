// GET /v1beta2/.../models/{name}:download: what Firebase's downloaders ask on phones: is there a newer
// file, and where? The ETag is the file's hash without quotes, as they compare it to the one they hold.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

/// The link holds for an hour: downloaders look at the time before they begin, and ask again.
constexpr int64_t kLinkSeconds = 3600;

/// The app, by the name that its platform sends.
wire::Profile client_of(const Call& c) {
  wire::Profile out;
  if (const auto android = c.request.header(kAndroidApp); !android.empty()) {
    out.app = android;
    out.os = {"android", "linux"};
  } else if (const auto ios = c.request.header(kAppleApp); !ios.empty()) {
    out.app = ios;
    out.os = {"ios"};
  }
  return out;
}

Result<Response> tell_download(Call& c) {
  TRY_SET(Listing listing, c.hub.store.listing_named(c.project->id, c.at("name")));
  TRY_SET(const View view, view_of(c.hub.store, std::move(listing)));
  if (!view.published)
    return Error(Code::not_found, cat("the model '", c.at("name"), "' is not published"));
  TRY_SET(const StoredVersion version, version_for(c.hub.store, view, client_of(c)));
  const wire::Manifest& manifest = version.manifest;
  const int64_t until = now() + kLinkSeconds;
  TRY_SET(const std::string seal,
          c.hub.store.seal(file_text(c.project->name, manifest.sha256, std::to_string(until))));
  // Its clients read the size as a text, and want a fraction in times.
  Response out = json_response(
      Json::object({{"downloadUri", cat(c.address(), "/v1/projects/", c.project->name, "/files/",
                                        manifest.sha256, "?until=", until, "&seal=", seal)},
                    {"expireTime", wire::time_text(until)},
                    {"sizeBytes", std::to_string(manifest.size)},
                    {"modelFormat", "TFLITE"}}));
  out.headers.emplace_back("ETag", manifest.sha256);
  return out;
}

// What the downloaders send besides.
constexpr Field kDownloadQuery[] = {
    {"key", Format::text, "a device's token, as iOS sends its API key"},
};
constexpr Field kDownloadHeaders[] = {
    {"x-goog-api-key", Format::text, "a device's token, as Android sends its API key"},
    {"X-Android-Package", Format::text, "the app's name, for versions that are for one app"},
    {"X-Ios-Bundle-Identifier", Format::text, "the same"},
    {"X-Goog-Firebase-Installations-Auth", Format::text, "not looked at: the key says who may"},
};

}  // namespace

extern const Route get_firebase_download = {
    .method = "GET",
    .path = "/v1beta2/projects/{project}/models/{name}:download",
    .rule = Rule::needs(Role::device),
    .summary = "Firebase ML: where a published model's file is to be had",
    .query = kDownloadQuery,
    .headers = kDownloadHeaders,
    .handle = as_google<tell_download>,
    .quick = true,
    .api_key = true,
};

}  // namespace samara::hub::routes
