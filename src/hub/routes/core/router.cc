#include "hub/routes/core/router.h"

#include <algorithm>

#include "base/base64.h"
#include "base/url.h"
#include "fleet/io/server/gzip.h"
#include "fleet/wire/target.h"
#include "hub/routes/core/conditional.h"
#include "hub/routes/core/encoding.h"
#include "hub/routes/core/google.h"
#include "hub/routes/core/pages.h"

namespace samara::hub {
namespace {

constexpr uint64_t kBodyLimit = 1 << 20;
constexpr size_t kMostRemembered = 32 << 20;  // bytes of answers

std::string_view next_part(std::string_view& rest, char mark) {
  const size_t at = rest.find(mark);
  const std::string_view part = rest.substr(0, at);
  rest = at == rest.npos ? std::string_view() : rest.substr(at + 1);
  return part;
}

/// Whether the path is one of the route's; its variable parts, still encoded, go to `parts`. What stands
/// after a part, as in "{name}:download", is a verb of it, so that only digests hold a colon.
bool match(std::string_view pattern, std::string_view path,
           std::vector<std::pair<std::string_view, std::string_view>>& parts) {
  parts.clear();
  while (!pattern.empty() || !path.empty()) {
    const std::string_view want = next_part(pattern, '/'), have = next_part(path, '/');
    if (want.starts_with('{')) {
      const size_t close = want.find('}');
      const bool colons = path_format(want.substr(1, close - 1)) == Format::reference;
      const std::string_view value = colons ? have : have.substr(0, have.find(':'));
      if (value.empty() || have.substr(value.size()) != want.substr(close + 1)) return false;
      parts.emplace_back(want.substr(1, close - 1), value);
    } else if (want != have) {
      return false;
    }
  }
  return true;
}

bool all_strings(const Json::Array* items, bool names) {
  return items && items->size() <= 100 && std::all_of(items->begin(), items->end(), [&](auto& i) {
           return i.as_string() && (!names || wire::is_name(*i.as_string()));
         });
}

/// Whether a member of the body is of the kind that its field says.
bool fits_json(Format format, const Json& value) {
  switch (format) {
    case Format::count:
      return value.as_integer().value_or(-1) >= 0;
    case Format::truth:
      return value.as_bool() != nullptr;
    case Format::names:
      return all_strings(value.as_array(), true);
    case Format::labels: {
      const Json::Object* members = value.as_object();
      return members && members->size() <= 100 &&
             std::all_of(members->begin(), members->end(), [](const auto& member) {
               return wire::is_name(member.first) && member.second.as_string() &&
                      member.second.as_string()->size() <= 2000;
             });
    }
    case Format::target: {
      const auto target = wire::read_target(value);
      return target.ok() && wire::check_target(*target).ok();
    }
    case Format::any:
      return true;
    default:
      return value.as_string() && fits(format, *value.as_string());
  }
}

Error wrong(std::string_view what, const Field& field) {
  const std::string_view form = pattern(field.format);
  return Error(Code::invalid_argument, cat(what, " '", field.name, "' ", field.help,
                                           form.empty() ? std::string(" is not as it should be")
                                                        : cat("; it has the form ", form)));
}

Status check_body(const Route& route, const Json& body) {
  const Json::Object* members = body.as_object();
  if (!members) return Error(Code::invalid_argument, "the body is not a JSON object");
  for (const Json::Member& member : *members) {
    const std::string& name = member.first;
    const auto field = std::find_if(route.body.begin(), route.body.end(),
                                    [&](const Field& f) { return f.name == name; });
    if (field == route.body.end())
      return Error(Code::invalid_argument,
                   cat("the body has a member '", name.substr(0, 80), "' that is not known here"));
    if (!fits_json(field->format, member.second)) return wrong("the body's member", *field);
  }
  for (const Field& field : route.body) {
    if (field.required && !body.find(field.name))
      return Error(Code::invalid_argument, cat("the body lacks '", field.name, "'"));
  }
  return ok();
}

}  // namespace

std::shared_ptr<const Recent::Entry> Recent::find(const std::string& key, uint64_t generation) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  const auto age = std::chrono::steady_clock::now() - found->second->at;
  if (found->second->generation == generation && age < std::chrono::seconds(1))
    return found->second;
  entries_.erase(found);
  return nullptr;
}

void Recent::keep(const std::string& key, Entry entry) {
  auto kept = std::make_shared<const Entry>(std::move(entry));
  const std::lock_guard lock(mutex_);
  // Those that were replaced still count: what is kept holds for a second anyway.
  bytes_ += kept->response.body.size();
  if (entries_.size() >= most_ || bytes_ > kMostRemembered) {
    entries_.clear();
    bytes_ = kept->response.body.size();
  }
  entries_.insert_or_assign(key, std::move(kept));
}

class HubExchange : public server::Exchange {
 public:
  HubExchange(Router& router, server::Request request)
      : router_(router),
        request_(std::move(request)),
        network_(server::network_of(request_.peer)),
        call_{router.hub_, request_, {}, {}, {}, {}, {}, {}} {
    find_route();
  }

  bool waits() const override {
    const bool near = !router_.hub_.store.remote() && !router_.hub_.blobs.remote();
    return route_ && !(route_->quick && near);
  }

  uint64_t body_limit() const override {
    // What will be refused anyway is not refused for its size.
    if (!route_ || route_->sink) return kUnlimited;
    return route_->body.empty() ? 0 : kBodyLimit;
  }

  std::optional<Response> refuse() override {
    if (!route_) return refuse_route();
    if (!check_encoding().ok()) return std::move(refusal_);
    return std::nullopt;
  }

  std::optional<Response> begin() override {
    if (auto known = recall()) return known;
    Status ready = authorize();
    if (ready.ok()) ready = read_query();
    if (ready.ok() && route_->sink) {
      auto sink = route_->sink(call_);
      if (sink.ok()) {
        call_.sink = std::move(*sink);
      } else {
        ready = std::move(sink).error();
      }
    }
    if (ready.ok()) return std::nullopt;
    if (refusal_) return std::move(refusal_);
    return answer(ready.error());
  }

  std::optional<Response> receive(std::span<const std::byte> piece) override {
    if (!call_.sink) {
      body_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
      return std::nullopt;
    }
    const Status taken = call_.sink->take(piece);
    if (taken.ok()) return std::nullopt;
    return answer(taken.error());
  }

  Response respond() override {
    if (!route_->body.empty()) {
      auto parsed = json::parse(body_, {.bytes = kBodyLimit, .depth = 16, .values = 10'000});
      if (!parsed.ok()) return answer(std::move(parsed).error().in("the body"));
      call_.body = std::move(*parsed);
      if (const Status good = check_body(*route_, call_.body); !good.ok())
        return answer(good.error());
    }
    auto done = route_->handle(call_);
    if (!done.ok()) return answer(done.error());
    if (may_remember(*done)) {
      done->gzipped = std::make_shared<server::Gzipped>();
      remember(*done);
    }
    return answered(request_, *done);
  }

  void finished(const Sent& sent) override {
    Router::Count& count = router_.counts_[place_];
    ++count.statuses[static_cast<size_t>(std::clamp(sent.status / 100, 0, 5))];
    ++count.buckets[Router::Count::bucket(sent.took)];
    count.microseconds += static_cast<uint64_t>(sent.took.count());
    count.bytes_in += sent.bytes_in;
    count.bytes_out += sent.bytes_out;
  }

 private:
  void find_route() {
    const std::string_view target = request_.target;
    const std::string_view path = target.substr(0, target.find('?'));
    const auto routes = all_routes();
    static const std::vector<int64_t> depths = [&] {
      std::vector<int64_t> out;
      for (const Route* r : routes) out.push_back(std::count(r->path.begin(), r->path.end(), '/'));
      return out;
    }();
    const int64_t depth = std::count(path.begin(), path.end(), '/');
    place_ = routes.size();
    for (size_t i = 0; i < routes.size(); ++i) {
      if (depths[i] != depth || !match(routes[i]->path, path, parts_)) continue;
      const bool head = request_.method == "HEAD" && routes[i]->method == "GET";
      if (routes[i]->method == request_.method || head) {
        place_ = i;
        route_ = routes[i];
        return;
      }
      allowed_ += cat(allowed_.empty() ? "" : ", ", routes[i]->method);
    }
  }

  /// The answer to the same question of the same caller a moment ago.
  std::optional<Response> recall() {
    if (!route_->quick || route_->rule.open()) return std::nullopt;
    generation_ = router_.hub_.store.generation();
    // The scheme and host too: an answer may hold an address of this hub as its caller knows it. And
    // the app.
    key_ =
        cat(secret(), "\n", request_.secure ? "https://" : "http://", request_.header("host"), "\n",
            request_.target, "\n", request_.header(kAndroidApp), "\n", request_.header(kAppleApp));
    auto known = router_.recent_.find(key_, generation_);
    if (!known) known = router_.files_.find(key_, generation_);
    if (!known) return std::nullopt;
    if (!router_.limit_.take(cat(network_, " ", known->who.token)))
      return tell(429, Error(Code::unavailable, "too many requests; ask more slowly"));
    return answered(request_, known->response);
  }

  bool may_remember(const Response& response) const {
    return !key_.empty() && key_.size() <= 512 && response.status == 200 &&
           !etag_of(response).empty();
  }

  void remember(const Response& response) {
    (response.file ? router_.files_ : router_.recent_)
        .keep(key_, {call_.who, response, generation_, std::chrono::steady_clock::now()});
  }

  Response refuse_route() const {
    if (allowed_.empty())
      return server::error_response(404, "there is no such path; see /openapi.json");
    Response out = server::error_response(405, cat("this path takes ", allowed_));
    out.headers.emplace_back("Allow", allowed_);
    return out;
  }

  /// A body is taken as it is: what unpacks to many times its size never gets here.
  Status check_encoding() {
    const std::string_view encoding = request_.header("content-encoding");
    if (encoding.empty() || encoding == "identity") return ok();
    return refuse(415, "a body is taken without Content-Encoding");
  }

  Status authorize() {
    TRY_SET(const bool needs_none, is_free());
    if (!needs_none) TRY(read_token());
    if (!router_.limit_.take(cat(network_, " ", call_.who.token)))
      return refuse(429, "too many requests; ask more slowly");
    for (const auto& [name, encoded] : parts_) {
      const auto value = url_decode(encoded, false);
      if (!value || !fits(path_format(name), *value))
        return Error(Code::not_found, cat("there is no such ", name));
      call_.path.emplace(name, *value);
    }
    return route_->rule.open() ? ok() : check_rights();
  }

  /// Whether the route asks no token of this caller.
  Result<bool> is_free() {
    if (route_->rule.open()) return true;
    if (!route_->rule.public_too() || !request_.header("authorization").empty()) return false;
    for (const auto& [name, encoded] : parts_) {
      if (name != "project") continue;
      const auto project = router_.hub_.store.project(url_decode(encoded, false).value_or(""));
      if (project.ok()) return project->is_public;
      if (project.error().code() != Code::not_found) return project.error();
    }
    return false;
  }

  Status check_rights() {
    if (route_->rule.of_session())
      return call_.who.session ? ok()
                               : Error(Code::permission_denied,
                                       "this takes a user who has logged in: POST /v1/sessions");
    TRY_SET(const Role role, role_here());
    if (role < route_->rule.role())
      return Error(Code::permission_denied, cat("this takes the role ", name(route_->rule.role()),
                                                "; the token has ", name(role)));
    call_.who.role = role;
    const std::string& device = call_.who.device;
    if (route_->device_token && !device.empty() && device != call_.at("device"))
      return Error(Code::permission_denied, "the token speaks for another device");
    return ok();
  }

  /// The caller's role in what the path names.
  Result<Role> role_here() {
    const Principal& who = call_.who;
    const std::optional<Role> everywhere = who.role_on_hub();
    if (route_->rule.hub()) {
      if (everywhere) return *everywhere;
      return Error(Code::permission_denied, "this takes a token of the whole hub");
    }
    if (call_.path.contains("organisation")) {
      const auto role = who.role_in_organisation(call_.at("organisation"));
      if (role) return *role;
      return Error(Code::permission_denied, "you have no role in that organisation");
    }
    if (!call_.path.contains("project")) return who.best_role();
    auto project = router_.hub_.store.project(call_.at("project"));
    const bool absent = !project.ok() && project.error().code() == Code::not_found;
    const auto role = project.ok() ? who.role_in(*project) : std::nullopt;
    // Whether another's project exists is nobody's business.
    if (!everywhere && (absent || (project.ok() && !role)))
      return Error(Code::permission_denied, "the token belongs to another project");
    TRY_SET(call_.project, std::move(project));
    return *role;
  }

  /// What the caller shows; empty: nothing.
  std::string_view secret() {
    const std::string_view header = request_.header("authorization");
    if (header.starts_with("Bearer ") || header.starts_with("bearer ")) return header.substr(7);
    if (route_->device_token) {
      for (const std::string_view scheme : {"TargetToken ", "GatewayToken "})
        if (header.starts_with(scheme)) return header.substr(scheme.size());
    }
    if (route_->basic && (header.starts_with("Basic ") || header.starts_with("basic "))) {
      if (password_.empty()) {
        const std::string both = base64_decode(header.substr(6)).value_or("");
        password_ = both.substr(std::min(both.size(), both.find(':') + 1));
      }
      return password_;
    }
    if (const std::string_view token = page_token(request_); !token.empty()) return token;
    if (!route_->api_key) return {};
    if (const std::string_view key = request_.header("x-goog-api-key"); !key.empty()) return key;
    const std::string_view target = request_.target;
    for (size_t at = target.find('?'); at != target.npos; at = target.find('&', at + 1)) {
      if (target.substr(at + 1).starts_with("key="))
        return target.substr(at + 5, target.find('&', at + 1) - at - 5);
    }
    return {};
  }

  Status read_token() {
    const std::string_view shown = secret();
    if (!shown.empty()) {
      TRY_SET(const auto found, router_.hub_.store.find_token(shown));
      if (found) {
        call_.who = *found;
        call_.who.peer = request_.peer;
        return ok();
      }
    }
    if (!router_.failed_.take(network_))
      return refuse(429, "too many requests without a token that holds");
    Status out = refuse(401, shown.empty() ? "this takes a token: Authorization: Bearer smr_..."
                                           : "the token is unknown, expired or revoked");
    refusal_->headers.emplace_back("WWW-Authenticate",
                                   route_->basic ? "Basic realm=\"samara\"" : "Bearer");
    return out;
  }

  Status read_query() {
    const size_t mark = request_.target.find('?');
    std::string_view rest = mark == request_.target.npos
                                ? std::string_view()
                                : std::string_view(request_.target).substr(mark + 1);
    while (!rest.empty()) {
      std::string_view pair = next_part(rest, '&');
      const std::string_view name = next_part(pair, '=');
      for (const Field& field : route_->query) {
        if (field.name != name) continue;
        const auto value = url_decode(pair, true);
        if (!value || !fits(field.format, *value)) return wrong("the query's", field);
        call_.query.insert_or_assign(std::string(name), *value);
      }
    }
    for (const Field& field : route_->query) {
      if (field.required && !call_.query.contains(field.name))
        return Error(Code::invalid_argument, cat("the query lacks '", field.name, "'"));
    }
    return ok();
  }

  Status refuse(int status, std::string_view message) {
    const Error error(Code::permission_denied, std::string(message));
    refusal_ = tell(status, error);
    return error;
  }

  /// As the route's callers read errors.
  Response tell(int status, const Error& error) const {
    if (route_->errors) return route_->errors(status, error);
    return status ? server::error_response(status, error.message()) : error_response(error);
  }

  Response answer(const Error& error) const {
    Response out = tell(0, error);
    if (out.status >= 500 && router_.options_.log)
      // Without the query, in which Firebase's clients send their key.
      router_.options_.log(cat(request_.method, " ",
                               request_.target.substr(0, request_.target.find('?')), ": ",
                               error.text()));
    return out;
  }

  Router& router_;
  server::Request request_;
  const std::string network_;  // whom the limits of an address count
  const Route* route_ = nullptr;
  size_t place_ = 0;
  std::vector<std::pair<std::string_view, std::string_view>> parts_;
  std::string allowed_;
  Call call_;
  std::string body_;
  std::optional<Response> refusal_;
  std::string password_;  // as Basic has it
  std::string key_;       // under which the answer may be remembered
  uint64_t generation_ = 0;
};

Router::Router(Store& store, blobs::Store& blobs, Judge& judge, Options options)
    : deltas_(blobs, background_, options.deltas),
      hub_{store,       blobs,
           judge,       background_,
           deltas_,     [this] { return metrics(); },
           options.log, Logins(options.login_rate)},
      options_(std::move(options)),
      limit_(options_.rate),
      failed_(options_.failed_rate),
      counts_(all_routes().size() + 1) {}
Router::~Router() = default;

std::unique_ptr<server::Exchange> Router::exchange(server::Request request) {
  return std::make_unique<HubExchange>(*this, std::move(request));
}

}  // namespace samara::hub
