// POST /token: a short-lived token for what an account's key has signed (RFC 7523), as Google's clients
// get theirs.
#include "base/url.h"
#include "hub/firebase/assertion.h"
#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

constexpr int64_t kAccessSeconds = 3600;
constexpr size_t kMostForm = 32 << 10;
constexpr std::string_view kGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

class FormSink : public Sink {
 public:
  Status take(std::span<const std::byte> piece) override {
    if (text_.size() + piece.size() > kMostForm)
      return Error(Code::invalid_argument, "the form is too long");
    text_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return ok();
  }
  std::string field(std::string_view name) const {
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
        return url_decode(pair.substr(name.size() + 1), true).value_or("");
    }
    return "";
  }

 private:
  std::string text_;
};

Result<Response> grant_token(Call& c) {
  const auto& form = static_cast<const FormSink&>(*c.sink);
  if (form.field("grant_type") != kGrant)
    return Error(Code::invalid_argument, cat("'grant_type' is not ", kGrant));
  TRY_SET(const Assertion assertion, read_assertion(form.field("assertion")));
  TRY_SET(const auto account, c.hub.store.account(assertion.issuer));
  // 400, as OAuth says it: a 401 makes clients try again.
  if (!account) return Error(Code::invalid_argument, "the account is unknown, expired or revoked");
  if (const Status good =
          check_assertion(assertion, account->public_key, c.address() + "/token", now());
      !good.ok())
    return Error(Code::invalid_argument, good.error().message());
  TRY_SET(const std::string token,
          c.hub.store.access_token(*account, std::chrono::seconds(kAccessSeconds)));
  return json_response(Json::object(
      {{"access_token", token}, {"expires_in", kAccessSeconds}, {"token_type", "Bearer"}}));
}

}  // namespace

extern const Route post_access_token = {
    .method = "POST",
    .path = "/token",
    .rule = Rule::anyone(),
    .summary = "a short-lived token for an account's signature",
    .takes = "application/x-www-form-urlencoded",
    .sink = [](Call&) -> Result<std::unique_ptr<Sink>> {
      return std::unique_ptr<Sink>(std::make_unique<FormSink>());
    },
    .handle = as_google<grant_token>,
};

}  // namespace samara::hub::routes
