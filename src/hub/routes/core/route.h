// Route: one endpoint as data: method, path, who may, what it takes, what it does. The router serves
// the table, and the OpenAPI document is printed from it, so neither can say what the other does not.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/blobs/blobs.h"
#include "fleet/io/json/json.h"
#include "fleet/io/server/server.h"
#include "hub/jobs/background.h"
#include "hub/jobs/deltas.h"
#include "hub/jobs/judge.h"
#include "hub/routes/core/limits.h"
#include "hub/store/store.h"

namespace samara::hub {

using json::Json;
using server::Response;

/// Who may call a route. It has no default: a route without a rule does not compile.
class Rule {
 public:
  static constexpr Rule anyone() { return Rule(Kind::open, Role::device); }
  /// That role or a higher one in the project or organisation in the path, or on the whole hub.
  static constexpr Rule needs(Role role) { return Rule(Kind::role, role); }
  /// That role on the whole hub.
  static constexpr Rule needs_hub(Role role) { return Rule(Kind::hub, role); }
  /// As a device's token; of a public project nothing.
  static constexpr Rule device_or_public() { return Rule(Kind::public_too, Role::device); }
  /// A user who has logged in, whatever the role: for what is the user's own.
  static constexpr Rule session() { return Rule(Kind::session, Role::device); }

  bool open() const { return kind_ == Kind::open; }
  bool hub() const { return kind_ == Kind::hub; }
  bool public_too() const { return kind_ == Kind::public_too; }
  bool of_session() const { return kind_ == Kind::session; }
  Role role() const { return role_; }

 private:
  enum class Kind : uint8_t { open, role, hub, public_too, session };
  constexpr Rule(Kind kind, Role role) : kind_(kind), role_(role) {}
  Kind kind_;
  Role role_;
};

static_assert(!std::is_default_constructible_v<Rule>);

/// What a text must look like; the pattern stands in the OpenAPI document.
enum class Format : uint8_t {
  text,
  name,
  version,
  sha256,
  file,
  upload,
  role,
  count,
  truth,
  names,
  labels,
  target,
  bucket,     // of Google Cloud Storage
  object,     // a file there
  reference,  // a tag or digest of OCI
  pem,
  password,
  member,  // a role that users have
  any      // JSON of any form
};

constexpr size_t kLeastPassword = 10, kMostPassword = 4000;  // bytes

struct Field {
  std::string_view name;
  Format format = Format::text;
  std::string_view help;
  bool required = false;
};

struct Call;

/// Takes a body that is too large to be held.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Status take(std::span<const std::byte> piece) = 0;
};

/// What a request for a token says.
inline constexpr Field kTokenBody[] = {
    {"name", Format::name, "that stands in the audit log", true},
    {"role", Format::role, "what it may do", true},
    {"days", Format::count, "how long it holds; 0 or absent: until it is revoked"},
    {"device", Format::name, "the only one that it speaks for at hawkBit's doors"},
    {"public_key", Format::pem, "of an RSA key: the token is an account, whose secret is that key"},
};

/// What a request for a member's role says.
inline constexpr Field kMemberBody[] = {
    {"role", Format::member, "what the user may do there", true},
};

/// What a request for the audit log says.
inline constexpr Field kAuditQuery[] = {
    {"before", Format::count, "the id of the last entry seen"},
    {"limit", Format::count, "how many, at most 1000"},
};

struct Route {
  std::string_view method;
  std::string_view path;  // "/v1/projects/{project}"
  Rule rule;
  std::string_view summary;
  std::span<const Field> query = {};
  std::span<const Field> headers = {};
  std::span<const Field> body = {};  // members of a JSON object
  int success = 200;
  std::string_view content = "application/json";        // empty: an answer without a body
  std::string_view takes = "application/octet-stream";  // of a stream
  /// Where there is one, the body is a stream of bytes.
  Result<std::unique_ptr<Sink>> (*sink)(Call&) = nullptr;
  Result<Response> (*handle)(Call&) = nullptr;
  /// Only reads what lies in the database: may run on a network thread.
  bool quick = false;
  /// The token may also come as Google's clients send an API key: x-goog-api-key, or ?key=.
  bool api_key = false;
  /// The token may also come as the password of any user.
  bool basic = false;
  /// The token may also come as hawkBit's clients send one: Authorization: TargetToken or GatewayToken.
  bool device_token = false;
  /// How errors are told, where those who ask want them otherwise; `status` 0: as the error's code says.
  Response (*errors)(int status, const Error& error) = nullptr;
};

/// All routes, in the order of their file names.
std::span<const Route* const> all_routes();

/// What the routes work on.
struct Hub {
  Store& store;
  blobs::Store& blobs;
  Judge& judge;
  Background& background;
  Deltas& deltas;
  /// In Prometheus's text format.
  std::function<std::string()> metrics;
  /// A line for what strangers must not read; may be empty.
  std::function<void(const std::string&)> log;
  Logins logins;
  std::atomic<bool> leaving{false};
};

/// One call of a route.
struct Call {
  Hub& hub;
  const server::Request& request;
  Principal who;
  std::optional<Project> project;
  std::map<std::string, std::string, std::less<>> path, query;
  Json body;
  std::unique_ptr<Sink> sink;

  const std::string& at(std::string_view name) const;     // of the path
  const std::string& asked(std::string_view name) const;  // of the query; empty: not given
  std::string text(std::string_view name) const;          // of the body; empty: not given
  Result<Model> model() const;
  /// "https://host:port" as the caller wrote it.
  std::string address() const;
};

/// Whether the text has the format; for those that are texts.
bool fits(Format format, std::string_view text);
std::string_view pattern(Format format);  // empty: any text
/// Of a variable part of a path, by its name.
Format path_format(std::string_view name);

Response json_response(const Json& json, int status = 200);
/// An ETag over a content.
std::string etag_of_text(std::string_view content);
/// With an ETag over the content; the router makes it a 304 where the caller has it.
Response with_etag(const Json& json);
int status_of(Code code);
Response error_response(const Error& error);
/// Bytes that never change under their tag, so that caches may keep them for ever.
Response content_response(blobs::Content content, std::string_view tag);
/// The bytes of a blob, which caches may keep for ever.
Result<Response> blob_response(Hub& hub, const std::string& sha256);
/// Those of a version of the call's project; a device has published ones only.
Result<Response> blob_of_project(const Call& call, const std::string& sha256);
/// Gives the upload up that the path names.
Result<Response> cancel_upload(Call& call);

/// The manifest with what was found in the file.
Json full_json(const StoredVersion& version);

/// Tokens, without their secrets.
Json tokens_json(const std::vector<Token>& tokens);
/// Makes the token that the body of a call asks for; `project` empty: of the whole hub.
Result<Response> make_token(Call& call, const std::string& project);

/// How long what the call makes is to hold; 0: for ever.
Result<std::chrono::hours> days_of(const Call& call);

/// Makes the project that the body of a call asks for.
Result<Response> make_project(Call& call, const std::string& organisation);

/// Where the call's path says that members are meant: a project, an organisation, or the whole hub.
Grant place_of(const Call& call);
/// Sets, removes and lists those who have a role there; the user stands in the path.
Result<Response> set_member(Call& call);
Result<Response> remove_member(Call& call);
Result<Response> list_members(Call& call);
Json users_json(const std::vector<User>& users);
/// {"role": ..., "project" or "organisation": ...} for each.
Json grants_json(const std::vector<Grant>& grants);

/// The audit log as the call's query asks for it; `project` empty: the whole hub's.
Result<Response> audit_log(const Call& call, const std::string& project);

/// OpenAPI 3.0 of the table.
Json openapi(std::span<const Route* const> routes);

}  // namespace samara::hub
