#include "fleet/agent/url_source.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "fleet/io/crypto/key.h"

namespace samara::agent {
namespace {

constexpr size_t kMostText = size_t{64} << 10;

Error refusal(const std::string& url, int status) {
  const Code code = status == 404 || status == 410   ? Code::not_found
                    : status == 401 || status == 403 ? Code::permission_denied
                                                     : Code::unavailable;
  return Error(code, cat(shown_url(url), " answers ", status));
}

Result<std::string> get_text(const std::string& url, delivery::Fetcher& fetcher) {
  std::string out;
  TRY(fetcher.get(
      {url, 0, ""},
      [&](const delivery::FetchAnswer& answer) -> Status {
        if (answer.status == 200) return ok();
        return refusal(url, answer.status);
      },
      [&](std::span<const std::byte> bytes) -> Status {
        if (bytes.size() > kMostText - out.size())
          return Error(Code::resource_exhausted,
                       cat(shown_url(url), " is longer than ", kMostText, " bytes"));
        out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return ok();
      }));
  return out;
}

/// The size, by a request that is ended at its head.
Result<uint64_t> size_of(const std::string& url, delivery::Fetcher& fetcher) {
  std::optional<uint64_t> size;
  const auto done = fetcher.get(
      {url, 0, ""},
      [&](const delivery::FetchAnswer& answer) -> Status {
        if (answer.status != 200) return refusal(url, answer.status);
        size = answer.total;
        return Error(Code::cancelled, "the head is enough");
      },
      [](std::span<const std::byte>) { return ok(); });
  if (size) return *size;
  if (!done.ok() && done.error().code() != Code::cancelled) return done.error();
  return Error(Code::unsupported, cat(shown_url(url), " does not say how long the content is"));
}

bool is_signed(const crypto::PublicKey& key, std::string_view text, std::string_view signature) {
  const auto verifies = [&](crypto::Scheme scheme) {
    return key.verify(scheme, std::as_bytes(std::span(text)), std::as_bytes(std::span(signature)));
  };
  switch (key.kind()) {
    case crypto::KeyKind::ed25519:
      return verifies(crypto::Scheme::ed25519);
    case crypto::KeyKind::ecdsa_p256:
      return verifies(crypto::Scheme::ecdsa_sha256);
    case crypto::KeyKind::rsa:
      return verifies(crypto::Scheme::rsa_pss_sha256) || verifies(crypto::Scheme::rsa_pkcs1_sha256);
  }
  return false;
}

Result<std::string> signed_hash(const UrlSource& source, delivery::Fetcher& fetcher) {
  TRY_SET(const auto key, crypto::PublicKey::from_pem(source.public_key));
  TRY_SET(const std::string text, get_text(source.url + ".sha256", fetcher));
  TRY_SET(const std::string signature, get_text(source.url + ".sha256.sig", fetcher));
  if (!is_signed(key, text, signature))
    return Error(Code::permission_denied,
                 cat(shown_url(source.url), ".sha256.sig is no signature of the given key"));
  return text.substr(0, text.find_first_of(" \t\r\n"));
}

Status check(const UrlSource& source) {
  if (!source.url.starts_with("https://") && !source.url.starts_with("http://"))
    return Error(Code::invalid_argument,
                 cat("'", shown_url(source.url), "' is no http or https address"));
  if (source.sha256.empty() == source.public_key.empty())
    return Error(Code::invalid_argument,
                 cat(shown_url(source.url), " needs a SHA-256 or a public key, and not both"));
  return delivery::check_name(name_of(source));
}

}  // namespace

std::string name_of(const UrlSource& source) {
  if (!source.name.empty()) return source.name;
  return "url-" + sha256_hex(std::as_bytes(std::span(source.url))).substr(0, 16);
}

Result<delivery::Offer> offer_of(const UrlSource& source, delivery::Fetcher& fetcher) {
  TRY(check(source));
  delivery::Offer out;
  out.urls = {source.url};
  out.entry.source = source.url;
  out.entry.sha256 = source.sha256;
  if (source.sha256.empty()) {
    TRY_SET(out.entry.sha256, signed_hash(source, fetcher));
  }
  out.entry.version = out.entry.sha256.substr(0, 12);
  if (auto fit = delivery::check_entry(out.entry); !fit.ok()) {
    const Code code = source.sha256.empty() ? Code::data_loss : Code::invalid_argument;
    return Error(code, cat(shown_url(source.url), ": ", fit.error().message()));
  }
  TRY_SET(out.entry.size, size_of(source.url, fetcher));
  if (out.entry.size > source.most_bytes)
    return Error(Code::resource_exhausted, cat(shown_url(source.url), " has ", out.entry.size,
                                               " bytes, at most ", source.most_bytes));
  return out;
}

}  // namespace samara::agent
