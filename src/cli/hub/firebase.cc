#include "cli/hub/firebase.h"

#include <charconv>
#include <ctime>

#include "base/base64.h"
#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "cli/hub/client.h"
#include "cli/hub/hashed_file.h"
#include "fleet/io/crypto/key.h"

namespace samara::cli {
namespace {

using json::Json;

constexpr int kPage = 100;
constexpr int kMostPages = 1000;
constexpr uint64_t kMostBytes = uint64_t{1} << 40;

/// What the answer's body says, in Google's form or OAuth's.
Error api_error(int status, const std::string& body, const std::string& url) {
  std::string why = cat("the answer has the status ", status);
  if (const auto parsed = json::parse(body); parsed.ok()) {
    const Json* error = parsed->find("error");
    const std::string said = error && error->is_object() ? text_of(*error, "message")
                                                         : text_of(*parsed, "error_description");
    if (!said.empty()) why = said;
  }
  return Error(http::code_of(status), why).in("GET or POST " + url.substr(0, url.find('?')));
}

Result<Json> json_of(http::Client& client, const http::Request& request) {
  TRY_SET(const http::Response answer, client.send(request));
  if (answer.head.status != 200) return api_error(answer.head.status, answer.body, request.url);
  return json::parse(answer.body);
}

/// A JSON Web Token that the account's key signs to get an access token (RFC 7523).
Result<std::string> assertion_of(const Json& account) {
  const std::string pem = text_of(account, "private_key");
  TRY_SET(const crypto::PrivateKey key, crypto::PrivateKey::from_pem(pem));
  const int64_t now = std::time(nullptr);
  const auto part = [](const Json& json) {
    const std::string text = json.dump();
    return base64url_encode(std::as_bytes(std::span(text)));
  };
  const std::string text =
      cat(part(Json::object({{"alg", "RS256"}, {"typ", "JWT"}})), ".",
          part(Json::object({{"iss", text_of(account, "client_email")},
                             {"aud", text_of(account, "token_uri")},
                             {"scope", "https://www.googleapis.com/auth/cloud-platform"},
                             {"iat", now},
                             {"exp", now + 3600}})));
  TRY_SET(const crypto::Bytes signature,
          key.sign(crypto::Scheme::rsa_pkcs1_sha256, crypto::bytes_of(text)));
  return cat(text, ".", base64url_encode(signature));
}

FirebaseModel model_of(const Json& json) {
  FirebaseModel out;
  const std::string name = text_of(json, "name");
  out.id = name.substr(name.rfind('/') + 1);
  out.name = text_of(json, "displayName");
  out.sha256 = text_of(json, "modelHash");
  if (const Json* tags = json.find("tags"); tags && tags->as_array()) {
    for (const Json& tag : *tags->as_array())
      if (tag.as_string()) out.tags.push_back(*tag.as_string());
  }
  if (const Json* state = json.find("state")) {
    const Json* published = state->find("published");
    out.published = published && published->as_bool() && *published->as_bool();
  }
  if (const Json* file = json.find("tfliteModel")) {
    out.file = text_of(*file, "gcsTfliteUri");
    const std::string size = text_of(*file, "sizeBytes");
    std::from_chars(size.data(), size.data() + size.size(), out.size);
  }
  return out;
}

}  // namespace

Result<FirebaseProject> FirebaseProject::open(Options options) {
  for (std::string* address : {&options.address, &options.storage})
    while (address->ends_with('/')) address->pop_back();
  http::Settings settings;
  settings.ca_file = options.ca;
  settings.most_redirects = 0;  // a token goes nowhere else
  TRY_SET(auto client, http::Client::create(settings));
  FirebaseProject out(std::move(options), std::move(client));
  if (out.options_.token.empty()) TRY(out.take_token());
  return out;
}

Status FirebaseProject::take_token() {
  if (options_.account.empty())
    return Error(Code::invalid_argument,
                 "say who asks there: --from-account FILE of a service account, or an access token "
                 "in SAMARA_FIREBASE_TOKEN");
  const auto file = [&] { return "the account " + options_.account; };
  TRY_SET(const std::string text, read_file(options_.account, 1 << 20));
  TRY_SET(const Json account, json::parse(text).in(file));
  TRY_SET(const std::string assertion, assertion_of(account).in(file));
  http::Request ask;
  ask.method = "POST";
  ask.url = text_of(account, "token_uri");
  ask.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  ask.body = cat("grant_type=", url_encode("urn:ietf:params:oauth:grant-type:jwt-bearer"),
                 "&assertion=", url_encode(assertion));
  TRY_SET(const Json answer, json_of(*http_, ask));
  options_.token = text_of(answer, "access_token");
  if (options_.token.empty()) return Error(Code::io, "the answer holds no token").in(ask.url);
  return ok();
}

http::Request FirebaseProject::request(const std::string& url) const {
  http::Request out;
  out.url = url;
  out.headers = {{"Authorization", "Bearer " + options_.token}};
  return out;
}

Result<std::vector<FirebaseModel>> FirebaseProject::models() {
  const std::string first = cat(options_.address, "/v1beta2/projects/",
                                url_encode(options_.project), "/models?pageSize=", kPage);
  std::vector<FirebaseModel> all;
  std::string page;
  for (int pages = 0; pages < kMostPages; ++pages) {
    const std::string url = page.empty() ? first : cat(first, "&pageToken=", url_encode(page));
    TRY_SET(const Json answer, json_of(*http_, request(url)));
    const Json* models = answer.find("models");
    for (const Json& model : models && models->as_array() ? *models->as_array() : Json::Array())
      all.push_back(model_of(model));
    page = text_of(answer, "nextPageToken");
    if (page.empty()) return all;
  }
  return Error(Code::resource_exhausted, "the list of models has no end").in(first);
}

Status FirebaseProject::fetch(const FirebaseModel& model, const std::string& path) {
  const size_t slash = model.file.find('/', 5);
  if (!model.file.starts_with("gs://") || slash == model.file.npos)
    return Error(Code::invalid_argument, cat("its file is '", model.file, "', not gs://..."));
  http::Request ask =
      request(cat(options_.storage, "/storage/v1/b/", url_encode(model.file.substr(5, slash - 5)),
                  "/o/", url_encode(model.file.substr(slash + 1)), "?alt=media"));
  ask.most_bytes = kMostBytes;
  TRY_SET(HashedFile incoming, HashedFile::open(path));
  TRY(incoming.clear());
  std::string refusal;
  int status = 0;
  const auto on_head = [&](const http::Head& head) {
    status = head.status;
    return ok();
  };
  const auto on_body = [&](std::span<const std::byte> bytes) -> Status {
    if (status == 200) return incoming.append(bytes);
    if (refusal.size() < 64 << 10)
      refusal.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return ok();
  };
  TRY(http_->send(ask, on_head, on_body, [] { return false; }));
  if (status != 200) return api_error(status, refusal, ask.url);
  TRY_SET(const std::string sha256, incoming.finish());
  if (!model.sha256.empty() && sha256 != model.sha256)
    return Error(Code::data_loss,
                 cat("what came has the SHA-256 ", sha256, ", not ", model.sha256));
  if (model.size != 0 && incoming.size() != model.size)
    return Error(Code::data_loss, cat(incoming.size(), " bytes came, not ", model.size));
  return ok();
}

}  // namespace samara::cli
