#include "cli/hub/push.h"

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::cli {

Result<json::Json> push_version(HubClient& client, const std::string& file,
                                const std::string& model, json::Json body, std::string upload) {
  if (upload.empty()) {
    TRY_SET(const FileIdentity id, file_identity(file));
    TRY_SET(const json::Json begun, client.call("POST", client.in_project("/uploads"),
                                                json::Json::object({{"size", id.size}})));
    upload = text_of(begun, "upload");
  }
  TRY(client.upload(upload, file).in([&] { return cat("upload; go on with --upload ", upload); }));
  body.set("upload", upload);
  return client.call_patiently("POST", client.in_project(cat("/models/", model, "/versions")),
                               body);
}

}  // namespace samara::cli
