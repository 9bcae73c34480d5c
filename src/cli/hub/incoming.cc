#include "cli/hub/incoming.h"

#include <charconv>
#include <optional>

#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "cli/hub/client.h"
#include "cli/hub/hashed_file.h"
#include "cli/hub/registry.h"
#include "fleet/io/http/http.h"

namespace samara::cli {
namespace {

Result<std::unique_ptr<http::Client>> client_of(const Wanted& wanted) {
  http::Settings settings;
  settings.ca_file = wanted.ca;
  return http::Client::create(settings);
}

Status fetch(http::Client& client, const Wanted& wanted, const std::vector<http::Header>& headers,
             HashedFile& file) {
  http::Request ask;
  ask.url = wanted.address;
  ask.headers = headers;
  ask.most_bytes = wanted.most_bytes;
  int status = 0;
  std::optional<Progress> progress;
  const auto on_head = [&](const http::Head& head) -> Status {
    status = head.status;
    const std::string_view length = head.header("content-length");
    uint64_t total = 0;
    std::from_chars(length.data(), length.data() + length.size(), total);
    if (status == 200 && total > wanted.most_bytes)
      return Error(Code::resource_exhausted,
                   cat("it has ", total, " bytes, more than ", wanted.most_bytes));
    progress.emplace("importing", total);
    return ok();
  };
  const auto on_body = [&](std::span<const std::byte> bytes) -> Status {
    if (status != 200) return ok();
    TRY(file.append(bytes));
    progress->at(file.size());
    return ok();
  };
  TRY(client.send(ask, on_head, on_body, [] { return false; }));
  if (status == 200) return ok();
  return Error(http::code_of(status), cat(shown_url(wanted.address), " answers ", status));
}

Status bring_from_web(Wanted& wanted, HashedFile& file) {
  TRY_SET(const auto client, client_of(wanted));
  return fetch(*client, wanted, {}, file);
}

/// The manifest says what its model's hash is, and where it lies.
Status bring_from_registry(Wanted& wanted, HashedFile& file) {
  TRY_SET(const auto client, client_of(wanted));
  TRY_SET(const RegistryModel model, find_in_registry(*client, wanted.address));
  if (!wanted.sha256.empty() && wanted.sha256 != model.sha256)
    return Error(Code::data_loss,
                 cat("the registry has the SHA-256 ", model.sha256, ", not ", wanted.sha256));
  wanted.sha256 = model.sha256;
  wanted.address = model.url;
  return fetch(*client, wanted, model.headers, file);
}

template <Status (*bring)(Wanted&, HashedFile&)>
Status bring_without_tls(Wanted& wanted, HashedFile& file) {
  if (!wanted.sha256.empty()) return bring(wanted, file);
  return Error(Code::permission_denied,
               "what comes over http:// may be anybody's: --sha256 says what it must be");
}

struct Scheme {
  std::string_view prefix;
  Status (*bring)(Wanted& wanted, HashedFile& file);
};
constexpr Scheme kSchemes[] = {
    {"https://", bring_from_web},
    {"http://", bring_without_tls<bring_from_web>},
    {"oci://", bring_from_registry},
    {"oci+http://", bring_without_tls<bring_from_registry>},
};

}  // namespace

Result<std::string> bring(const Wanted& asked, const std::string& path) {
  Wanted wanted = asked;
  for (const Scheme& scheme : kSchemes) {
    if (!wanted.address.starts_with(scheme.prefix)) continue;
    TRY_SET(HashedFile file, HashedFile::open(path));
    TRY(file.clear());
    TRY(scheme.bring(wanted, file));
    TRY_SET(const std::string sha256, file.finish());
    if (!wanted.sha256.empty() && sha256 != wanted.sha256)
      return Error(Code::data_loss,
                   cat("what came has the SHA-256 ", sha256, ", not ", wanted.sha256));
    return sha256;
  }
  return Error(Code::invalid_argument,
               cat("'", shown_url(wanted.address), "' is no address that can be imported from"));
}

}  // namespace samara::cli
