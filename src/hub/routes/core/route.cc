#include "hub/routes/core/route.h"

#include <algorithm>

#include "base/hash.h"
#include "base/utf8.h"
#include "fleet/io/crypto/key.h"
#include "fleet/wire/version.h"

namespace samara::hub {

namespace routes {
#define SAMARA_ITEM(item) extern const Route item;
#include "route_list.inc"
#undef SAMARA_ITEM
}  // namespace routes

std::span<const Route* const> all_routes() {
#define SAMARA_ITEM(item) &routes::item,
  static const Route* const list[] = {
#include "route_list.inc"
  };
#undef SAMARA_ITEM
  return list;
}

namespace {

const std::string kNone;

}  // namespace

int status_of(Code code) {
  switch (code) {
    case Code::invalid_argument:
      return 400;
    case Code::permission_denied:
      return 403;
    case Code::not_found:
      return 404;
    case Code::failed_precondition:
      return 409;
    case Code::invalid_model:
    case Code::unsupported:
    case Code::data_loss:
      return 422;
    case Code::unavailable:
    case Code::deadline_exceeded:
      return 503;
    case Code::resource_exhausted:
      return 507;
    default:
      return 500;
  }
}

namespace {

bool is_count(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_bucket(std::string_view text) {
  return text.size() >= 3 && text.size() <= 63 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") == text.npos;
}

/// As loose as tags, names and digests of any algorithm are together.
bool is_reference(std::string_view text) {
  return text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
           return c == ':' || c == '.' || c == '-' || c == '+' || c == '=' ||
                  wire::is_name({&c, 1});
         });
}

bool is_object(std::string_view text) {
  return !text.empty() && text.size() <= 1024 && is_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127; });
}

/// As a name, but longer: digests stand in it.
bool is_file_name(std::string_view text) {
  return text.size() <= 200 && wire::is_name(text.substr(0, 1)) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '.' || c == '-' || wire::is_name({&c, 1}); });
}

}  // namespace

const std::string& Call::at(std::string_view name) const {
  const auto found = path.find(name);
  return found == path.end() ? kNone : found->second;
}

const std::string& Call::asked(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? kNone : found->second;
}

std::string Call::text(std::string_view name) const {
  const Json* member = body.find(name);
  const std::string* value = member ? member->as_string() : nullptr;
  return value ? *value : kNone;
}

Result<Model> Call::model() const { return hub.store.model(project->id, at("model")); }

std::string Call::address() const {
  return cat(request.secure ? "https://" : "http://", request.header("host"));
}

bool fits(Format format, std::string_view text) {
  switch (format) {
    case Format::name:
      return wire::is_name(text);
    case Format::version:
      return wire::Version::parse(text).ok();
    case Format::sha256:
      return blobs::is_hash(text);
    case Format::upload:
      return text.size() == 32 && blobs::is_hash(std::string(text) + std::string(text));
    case Format::file:
      return is_file_name(text);
    case Format::role:
      return role_of(text).ok();
    case Format::member:
      return role_of(text).ok() && text != name(Role::device);
    case Format::password:
      return text.size() >= kLeastPassword && text.size() <= kMostPassword;
    case Format::count:
      return is_count(text);
    case Format::bucket:
      return is_bucket(text);
    case Format::object:
      return is_object(text);
    case Format::reference:
      return is_reference(text);
    case Format::pem:
      return text.starts_with("-----BEGIN ") && text.size() <= 10'000;
    default:
      return text.size() <= 10'000;
  }
}

std::string_view pattern(Format format) {
  switch (format) {
    case Format::name:
      return "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}$";
    case Format::version:
      return "^(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})"
             "(-[a-z][0-9a-z]{0,9}(\\.(0|[1-9][0-9]{0,3}))?)?$";
    case Format::sha256:
      return "^[0-9a-f]{64}$";
    case Format::file:
      return "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$";
    case Format::upload:
      return "^[0-9a-f]{32}$";
    case Format::role:
      return "^(device|viewer|publisher|admin)$";
    case Format::member:
      return "^(viewer|publisher|admin)$";
    case Format::count:
      return "^[0-9]{1,18}$";
    case Format::bucket:
      return "^[a-z0-9_.-]{3,63}$";
    case Format::object:
      return "^[ -~]{1,1024}$";
    case Format::reference:
      return "^[A-Za-z0-9_.:+=-]{1,200}$";
    case Format::pem:
      return "^-----BEGIN [A-Z ]+-----\\n";
    default:
      return "";
  }
}

Format path_format(std::string_view name) {
  if (name == "version") return Format::version;
  if (name == "sha256" || name == "base") return Format::sha256;
  if (name == "file") return Format::file;
  if (name == "upload") return Format::upload;
  if (name == "token" || name == "number") return Format::count;
  if (name == "bucket") return Format::bucket;
  if (name == "object") return Format::object;
  if (name == "reference" || name == "digest") return Format::reference;
  return Format::name;
}

Response json_response(const Json& json, int status) {
  Response out;
  out.status = status;
  out.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  out.body = json.dump() + "\n";
  return out;
}

std::string etag_of_text(std::string_view content) {
  return cat("\"", sha256_hex(std::as_bytes(std::span(content))).substr(0, 16), "\"");
}

Response with_etag(const Json& json) {
  Response out = json_response(json);
  out.headers = {{"Content-Type", "application/json"},
                 {"ETag", etag_of_text(out.body)},
                 {"Cache-Control", "private, no-cache"}};
  return out;
}

Response error_response(const Error& error) {
  const int status = status_of(error.code());
  // What went wrong within is for the log, not for strangers.
  if (status == 500) return server::error_response(500, "internal error");
  if (status == 503) return server::error_response(503, "not available for now; try again");
  return server::error_response(status, error.brief());
}

Response content_response(blobs::Content content, std::string_view tag) {
  Response out;
  out.headers = {{"Content-Type", "application/octet-stream"},
                 {"ETag", cat("\"", tag, "\"")},
                 {"Cache-Control", "public, max-age=31536000, immutable"},
                 {"Accept-Ranges", "bytes"}};
  out.file = server::FilePart{std::move(content.file), 0, content.size, std::move(content.read)};
  return out;
}

Result<Response> blob_response(Hub& hub, const std::string& sha256) {
  TRY_SET(blobs::Content content, hub.blobs.open(sha256));
  return content_response(std::move(content), sha256);
}

Result<Response> blob_of_project(const Call& c, const std::string& sha256) {
  TRY_SET(const bool there,
          c.hub.store.has_blob(c.project->id, sha256, c.who.role == Role::device));
  if (!there) return Error(Code::not_found, "there is no such blob in this project");
  return blob_response(c.hub, sha256);
}

Result<Response> cancel_upload(Call& c) {
  const std::string& id = c.at("upload");
  TRY(c.hub.store.upload(c.project->id, id));
  TRY(c.hub.blobs.cancel(id));
  TRY(c.hub.store.forget_upload(id));
  return Response{.status = 204};
}

Json full_json(const StoredVersion& version) {
  Json out = wire::to_json(version.manifest);
  if (auto report = json::parse(version.report); report.ok()) out.set("report", std::move(*report));
  return out;
}

Json tokens_json(const std::vector<Token>& tokens) {
  const auto time = [](int64_t at) { return at == 0 ? Json() : Json(wire::time_text(at)); };
  Json list = Json::array();
  for (const Token& t : tokens) {
    list.push(Json::object({{"id", t.id},
                            {"name", t.name},
                            {"role", name(t.role)},
                            {"project", t.project.empty() ? Json() : Json(t.project)},
                            {"session", t.session},
                            {"device", t.device.empty() ? Json() : Json(t.device)},
                            {"created_at", time(t.created_at)},
                            {"created_by", t.created_by},
                            {"expires_at", time(t.expires_at)},
                            {"revoked_at", time(t.revoked_at)}}));
  }
  return Json::object({{"tokens", std::move(list)}});
}

Result<std::chrono::hours> days_of(const Call& call) {
  const Json* days = call.body.find("days");
  const int64_t valid = days ? days->as_integer().value_or(0) : 0;
  if (valid > 36'500) return Error(Code::invalid_argument, "'days' is at most 36500");
  return std::chrono::hours(24 * valid);
}

Result<Response> make_project(Call& call, const std::string& organisation) {
  const Json* is_public = call.body.find("public");
  TRY(call.hub.store.make_project(call.who, call.text("name"), organisation,
                                  is_public && *is_public->as_bool()));
  return json_response(Json::object({{"name", call.text("name")}}), 201);
}

Result<Response> make_token(Call& call, const std::string& project) {
  TRY_SET(const Role role, role_of(call.text("role")));
  TRY_SET(const auto valid, days_of(call));
  if (const std::string pem = call.text("public_key"); !pem.empty()) {
    if (!call.project) return Error(Code::invalid_argument, "an account belongs to a project");
    if (!call.text("device").empty())
      return Error(Code::invalid_argument,
                   "'device' is of a token, 'public_key' of an account: only one of both");
    TRY_SET(const crypto::PublicKey key, crypto::PublicKey::from_pem(pem));
    if (key.kind() != crypto::KeyKind::rsa)
      return Error(Code::invalid_argument, "'public_key' is no RSA key");
    TRY_SET(const Account made, call.hub.store.make_account(call.who, call.text("name"), role,
                                                            *call.project, valid, pem));
    return json_response(Json::object({{"name", made.who.name}, {"email", made.email}}), 201);
  }
  TRY_SET(const std::string secret, call.hub.store.make_token(call.who, call.text("name"), role,
                                                              project, valid, call.text("device")));
  return json_response(Json::object({{"name", call.text("name")}, {"token", secret}}), 201);
}

Result<Response> audit_log(const Call& call, const std::string& project) {
  // Digits, at most 18 of them: the router has seen to that.
  const auto number = [&](const char* name, int64_t absent) {
    return call.asked(name).empty() ? absent : int64_t{std::stoll(call.asked(name))};
  };
  TRY_SET(const auto log, call.hub.store.audit(project, number("before", 0),
                                               std::min<int64_t>(number("limit", 100), 1000)));
  Json list = Json::array();
  for (const AuditEntry& e : log) {
    list.push(Json::object({{"id", e.id},
                            {"at", wire::time_text(e.at)},
                            {"who", e.who},
                            {"role", e.role},
                            {"peer", e.peer},
                            {"project", e.project},
                            {"action", e.action},
                            {"subject", e.subject},
                            {"detail", e.detail}}));
  }
  return json_response(Json::object({{"entries", std::move(list)}}));
}

}  // namespace samara::hub
