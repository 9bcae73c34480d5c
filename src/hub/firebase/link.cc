#include "hub/firebase/link.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <map>
#include <optional>

#include "base/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "fleet/io/crypto/key.h"

namespace samara::hub {
namespace {

constexpr size_t kLongest = 8192;
constexpr int64_t kLongestLife = 7 * 86'400;  // as Google allows

Error wrong(std::string_view what) {
  return Error(Code::invalid_argument,
               cat("the model's file is named by no signed link into this hub's storage: ", what));
}

struct Parts {
  std::string host, path;          // "host:port" and the path as they were sent
  std::vector<std::string> pairs;  // of the query, as they were sent
  std::map<std::string, std::string, std::less<>> query;
};

Result<Parts> split(std::string_view url) {
  if (url.size() > kLongest) return wrong("it is too long");
  if (url.starts_with("gs://")) return wrong("it is not signed");
  const size_t scheme = url.find("://");
  if (scheme == url.npos || (!url.starts_with("https://") && !url.starts_with("http://")))
    return wrong("it is no address");
  const size_t begin = scheme + 3, slash = url.find('/', begin), mark = url.find('?', begin);
  if (slash == url.npos || mark == url.npos || mark < slash) return wrong("it has no signature");
  Parts out;
  out.host = url.substr(begin, slash - begin);
  out.path = url.substr(slash, mark - slash);
  std::string_view rest = url.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const size_t equals = pair.find('=');
    const auto value =
        url_decode(equals == pair.npos ? std::string_view() : pair.substr(equals + 1), false);
    if (!value) return wrong("its query is not well encoded");
    out.pairs.emplace_back(pair);
    out.query.emplace(pair.substr(0, equals), *value);
  }
  return out;
}

std::string_view of(const Parts& parts, std::string_view name) {
  const auto found = parts.query.find(name);
  return found == parts.query.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<int64_t> number(std::string_view text) {
  int64_t out = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), out);
  if (error != std::errc() || end != text.end() || out < 0) return std::nullopt;
  return out;
}

/// Seconds of "20261121T150405Z".
std::optional<int64_t> time_of(const std::string& text) {
  std::tm tm = {};
  int end = 0;
  if (text.size() != 16 ||
      std::sscanf(text.c_str(), "%4d%2d%2dT%2d%2d%2dZ%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                  &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &end) != 6 ||
      end != 16)
    return std::nullopt;
  tm.tm_year -= 1900;
  tm.tm_mon -= 1;
  return timegm(&tm);
}

Status read_object(const Parts& parts, SignedLink& out) {
  const size_t slash = parts.path.find('/', 1);
  const auto bucket = url_decode(parts.path.substr(1, slash - 1), false);
  const auto object =
      slash == parts.path.npos ? std::nullopt : url_decode(parts.path.substr(slash + 1), false);
  if (!bucket || bucket->empty() || !object || object->empty())
    return wrong("its path is not /bucket/object");
  out.bucket = *bucket;
  out.object = *object;
  return ok();
}

/// The first form, which the Node client still makes.
Status read_v2(const Parts& parts, SignedLink& out) {
  const auto until = number(of(parts, "Expires"));
  const auto signature = base64_decode(of(parts, "Signature"));
  if (!until || !signature) return wrong("its signature is not in order");
  out.email = of(parts, "GoogleAccessId");
  out.until = *until;
  out.texts = {cat("GET\n\n\n", *until, "\n", parts.path)};
  const auto bytes = crypto::bytes_of(*signature);
  out.signature.assign(bytes.begin(), bytes.end());
  return ok();
}

Status read_v4(const Parts& parts, SignedLink& out) {
  const std::string_view credential = of(parts, "X-Goog-Credential");
  const std::string date(of(parts, "X-Goog-Date"));
  const auto from = time_of(date);
  const auto life = number(of(parts, "X-Goog-Expires"));
  auto signature = crypto::from_hex(of(parts, "X-Goog-Signature"));
  const size_t slash = credential.find('/');
  if (of(parts, "X-Goog-Algorithm") != "GOOG4-RSA-SHA256" || !from || !life || !signature ||
      slash == credential.npos || of(parts, "X-Goog-SignedHeaders") != "host")
    return wrong("its signature is not in order");
  if (*life > kLongestLife) return wrong("it would hold for more than seven days");
  out.email = credential.substr(0, slash);
  out.from = *from;
  out.until = *from + *life;
  out.signature = std::move(*signature);
  std::vector<std::string> pairs;
  for (const std::string& pair : parts.pairs)
    if (!pair.starts_with("X-Goog-Signature=")) pairs.push_back(pair);
  std::sort(pairs.begin(), pairs.end());
  std::string query;
  for (const std::string& pair : pairs) query += (query.empty() ? "" : "&") + pair;
  for (const std::string& host : {parts.host, parts.host.substr(0, parts.host.rfind(':'))}) {
    const std::string request =
        cat("GET\n", parts.path, "\n", query, "\nhost:", host, "\n\nhost\nUNSIGNED-PAYLOAD");
    out.texts.push_back(cat("GOOG4-RSA-SHA256\n", date, "\n", credential.substr(slash + 1), "\n",
                            sha256_hex(std::as_bytes(std::span(request)))));
  }
  return ok();
}

}  // namespace

Result<SignedLink> read_link(std::string_view url) {
  TRY_SET(const Parts parts, split(url));
  SignedLink out;
  TRY(read_object(parts, out));
  TRY(parts.query.contains("GoogleAccessId") ? read_v2(parts, out) : read_v4(parts, out));
  return out;
}

Status check_link(const SignedLink& link, std::string_view public_key, int64_t now) {
  if (now >= link.until) return wrong("it has expired");
  if (now < link.from - 900) return wrong("it comes from the future; see to the clock");
  TRY_SET(const crypto::PublicKey key, crypto::PublicKey::from_pem(public_key));
  for (const std::string& text : link.texts) {
    if (key.verify(crypto::Scheme::rsa_pkcs1_sha256, crypto::bytes_of(text), link.signature))
      return ok();
  }
  return Error(Code::permission_denied,
               "the link to the model's file is not signed by its account");
}

}  // namespace samara::hub
