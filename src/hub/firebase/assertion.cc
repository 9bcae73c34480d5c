#include "hub/firebase/assertion.h"

#include "base/base64.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/key.h"
#include "fleet/io/json/json.h"

namespace samara::hub {
namespace {

using json::Json;

constexpr int64_t kSkew = 300;
constexpr json::ParseLimits kLimits = {.bytes = 16 << 10, .depth = 8, .values = 200};

Error wrong() { return Error(Code::invalid_argument, "the assertion is no signed JSON Web Token"); }

Result<Json> part(std::string_view coded) {
  const auto text = base64_decode(coded);
  if (!text) return wrong();
  auto json = json::parse(*text, kLimits);
  return json.ok() && json->is_object() ? std::move(json) : Result<Json>(wrong());
}

std::string text_of(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  return found && found->as_string() ? *found->as_string() : "";
}

int64_t time_of(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  return found ? found->as_integer().value_or(0) : 0;
}

}  // namespace

Result<Assertion> read_assertion(std::string_view token) {
  const size_t first = token.find('.'), last = token.rfind('.');
  if (token.size() > kLimits.bytes || first == token.npos || first == last) return wrong();
  TRY_SET(const Json head, part(token.substr(0, first)));
  TRY_SET(const Json claims, part(token.substr(first + 1, last - first - 1)));
  const auto signature = base64_decode(token.substr(last + 1));
  if (text_of(head, "alg") != "RS256" || !signature) return wrong();
  Assertion out{text_of(claims, "iss"),
                text_of(claims, "aud"),
                time_of(claims, "iat"),
                time_of(claims, "exp"),
                std::string(token.substr(0, last)),
                {}};
  const auto bytes = crypto::bytes_of(*signature);
  out.signature.assign(bytes.begin(), bytes.end());
  return out;
}

Status check_assertion(const Assertion& a, std::string_view public_key, std::string_view audience,
                       int64_t now) {
  const auto refuse = [](std::string_view why) {
    return Error(Code::permission_denied, cat("the assertion ", why));
  };
  if (a.audience != audience && a.audience != "https://oauth2.googleapis.com/token" &&
      a.audience != "https://www.googleapis.com/oauth2/v4/token")
    return refuse(cat("is for somebody else, not for ", audience));
  if (a.expires <= now - kSkew) return refuse("has expired; see to the clock");
  if (a.issued > now + kSkew) return refuse("comes from the future; see to the clock");
  if (a.issued < 0 || a.expires - a.issued > 3600 + kSkew) return refuse("holds for too long");
  TRY_SET(const crypto::PublicKey key, crypto::PublicKey::from_pem(public_key));
  if (!key.verify(crypto::Scheme::rsa_pkcs1_sha256, crypto::bytes_of(a.text), a.signature))
    return refuse("is not signed by the account's key");
  return ok();
}

}  // namespace samara::hub
