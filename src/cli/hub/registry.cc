#include "cli/hub/registry.h"

#include <algorithm>
#include <cstdlib>

#include "base/base64.h"
#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "fleet/io/json/json.h"
#include "hub/oci/manifest.h"

namespace samara::cli {
namespace {

namespace oci = hub::oci;

constexpr uint64_t kMostAnswer = 4 << 20;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// Nothing but what hosts, repositories and references are made of.
bool is_plain(std::string_view text, std::string_view more) {
  return !text.empty() && text.find("..") == text.npos &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_' || more.find(c) != more.npos;
         });
}

std::string basic() {
  const std::string user = variable("SAMARA_REGISTRY_USER");
  const std::string password = variable("SAMARA_REGISTRY_PASSWORD");
  if (password.empty()) return "";
  const std::string both = cat(user.empty() ? "samara" : user, ":", password);
  return "Basic " + base64_encode(std::as_bytes(std::span(both)));
}

Error refused(int status, const std::string& what) {
  const Code code = status == 404                    ? Code::not_found
                    : status == 401 || status == 403 ? Code::permission_denied
                    : status == 429 || status >= 500 ? Code::unavailable
                                                     : Code::invalid_argument;
  return Error(code, cat("the registry answers ", status, " to ", what));
}

/// A token that the registry's token service gives.
Result<std::string> fetch_token(http::Client& client, const Challenge& challenge, bool secure) {
  // Passwords that go to https stay there.
  if (secure && !challenge.realm.starts_with("https://"))
    return Error(Code::permission_denied, "the registry sends for a token without TLS");
  http::Request ask;
  ask.url = cat(challenge.realm, challenge.realm.find('?') == std::string::npos ? "?" : "&",
                "service=", url_encode(challenge.service), "&scope=", url_encode(challenge.scope));
  if (const std::string known = basic(); !known.empty())
    ask.headers.push_back({"Authorization", known});
  ask.most_bytes = kMostAnswer;
  TRY_SET(const http::Response answer, client.send(ask));
  if (answer.head.status != 200) return refused(answer.head.status, "the question for a token");
  TRY_SET(const json::Json json, json::parse(answer.body));
  for (const char* name : {"token", "access_token"}) {
    const json::Json* token = json.find(name);
    if (token && token->as_string()) return "Bearer " + *token->as_string();
  }
  return Error(Code::permission_denied, "the registry's token service gives no token");
}

Result<std::string> authorize(http::Client& client, const http::Head& head, bool secure) {
  const Challenge challenge = read_challenge(head.header("www-authenticate"));
  if (!challenge.realm.empty()) return fetch_token(client, challenge, secure);
  const std::string known = challenge.basic ? basic() : "";
  if (!known.empty()) return known;
  return Error(Code::permission_denied,
               "the registry asks who you are: set SAMARA_REGISTRY_USER and "
               "SAMARA_REGISTRY_PASSWORD");
}

}  // namespace

Result<Reference> read_reference(const std::string& text) {
  const auto wrong = [&](std::string_view what) {
    return Error(Code::invalid_argument,
                 cat("'", text, "' ", what, "; the form is oci://HOST/REPOSITORY:TAG"));
  };
  const bool plain = text.starts_with("oci+http://");
  if (!plain && !text.starts_with("oci://")) return wrong("is no address of an artifact");
  const std::string rest = text.substr(plain ? 11 : 6);
  const size_t slash = rest.find('/');
  if (slash == rest.npos) return wrong("names no repository");
  const std::string host = rest.substr(0, slash);
  std::string repository = rest.substr(slash + 1), reference = "latest";
  if (const size_t at = repository.find('@'); at != repository.npos) {
    reference = repository.substr(at + 1);
    repository.erase(at);
    if (!oci::hash_of(reference)) return wrong("has no digest of the form sha256: and 64 digits");
  } else if (const size_t colon = repository.find(':'); colon != repository.npos) {
    reference = repository.substr(colon + 1);
    repository.erase(colon);
    if (!oci::is_tag(reference)) return wrong("has no tag");
  }
  if (!is_plain(host, ":[]")) return wrong("names no host");
  if (!is_plain(repository, "/") || repository.find("//") != repository.npos)
    return wrong("names no repository");
  return Reference{cat(plain ? "http://" : "https://", host), repository, reference};
}

Challenge read_challenge(std::string_view header) {
  Challenge out;
  if (header.starts_with("Basic") || header.starts_with("basic")) {
    out.basic = true;
    return out;
  }
  if (!header.starts_with("Bearer ") && !header.starts_with("bearer ")) return out;
  const auto value = [&](std::string_view name) {
    const std::string begin = cat(name, "=\"");
    const size_t at = header.find(begin);
    if (at == header.npos) return std::string();
    const std::string_view rest = header.substr(at + begin.size());
    return std::string(rest.substr(0, rest.find('"')));
  };
  out.realm = value("realm");
  out.service = value("service");
  out.scope = value("scope");
  return out;
}

Result<RegistryModel> find_in_registry(http::Client& client, const std::string& address) {
  TRY_SET(const Reference wanted, read_reference(address));
  const std::string base = cat(wanted.address, "/v2/", wanted.repository);
  http::Request ask;
  ask.url = cat(base, "/manifests/", wanted.reference);
  ask.headers = {{"Accept", std::string(oci::kManifestType)}};
  ask.most_bytes = oci::kMostManifest;
  TRY_SET(http::Response answer, client.send(ask));
  RegistryModel out;
  if (answer.head.status == 401) {
    TRY_SET(const std::string token,
            authorize(client, answer.head, wanted.address.starts_with("https://")));
    out.headers = {{"Authorization", token}};
    ask.headers.push_back(out.headers[0]);
    TRY_SET(answer, client.send(ask));
  }
  if (answer.head.status != 200) return refused(answer.head.status, wanted.reference);
  if (oci::hash_of(wanted.reference) && oci::digest_of(answer.body) != wanted.reference)
    return Error(Code::data_loss, "the manifest that came has another digest");
  TRY_SET(const oci::Manifest manifest, oci::read_manifest(answer.body));
  TRY_SET(const oci::Descriptor model, manifest.model());
  out.url = cat(base, "/blobs/sha256:", model.sha256);
  out.sha256 = model.sha256;
  out.size = model.size;
  return out;
}

}  // namespace samara::cli
