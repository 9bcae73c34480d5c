// GET .../tuf/metadata/{file}: the project's signed repository as clients of The Update Framework ask
// for it. What has a version in its name never changes; the timestamp is asked for again each time.
#include <charconv>

#include "hub/routes/core/route.h"

namespace samara::hub::routes {
namespace {

struct MetadataName {
  int64_t version = 0;  // 0: the newest
  std::string_view role;
};

/// "timestamp.json", "3.snapshot.json".
std::optional<MetadataName> read_metadata_name(std::string_view file) {
  if (!file.ends_with(".json")) return std::nullopt;
  file.remove_suffix(5);
  if (file == "timestamp") return MetadataName{0, file};
  MetadataName out;
  const auto end = std::from_chars(file.data(), file.data() + file.size(), out.version);
  const std::string_view rest = file.substr(static_cast<size_t>(end.ptr - file.data()));
  if (end.ec != std::errc() || out.version < 1 || rest.size() < 2 || rest[0] != '.')
    return std::nullopt;
  out.role = rest.substr(1);
  return out;
}

}  // namespace

extern const Route get_metadata = {
    .method = "GET",
    .path = "/v1/projects/{project}/tuf/metadata/{file}",
    .rule = Rule::device_or_public(),
    .summary = "signed metadata (The Update Framework)",
    .handle = [](Call& c) -> Result<Response> {
      const auto name = read_metadata_name(c.at("file"));
      if (!name) return Error(Code::not_found, "there is no such metadata");
      TRY_SET(SignedFile file, c.hub.store.signed_file(c.project->id, name->role, name->version));
      Response out;
      out.headers = {{"Content-Type", "application/json"},
                     {"ETag", etag_of_text(file.content)},
                     {"Cache-Control",
                      name->version == 0 ? "no-cache" : "public, max-age=31536000, immutable"}};
      out.body = std::move(file.content);
      return out;
    },
    .quick = true,
};

}  // namespace samara::hub::routes
