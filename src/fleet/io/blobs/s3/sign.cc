#include "fleet/io/blobs/s3/sign.h"

#include <algorithm>
#include <ctime>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "fleet/io/crypto/digest.h"

namespace samara::blobs::s3 {
namespace {

using crypto::bytes_of;

Result<crypto::Bytes> mac(crypto::ByteView key, std::string_view text) {
  return crypto::hmac(crypto::Algorithm::sha256, key, bytes_of(text));
}

std::string names_of(const Pairs& headers) {
  std::string out;
  for (const auto& header : headers) out += (out.empty() ? "" : ";") + header.first;
  return out;
}

}  // namespace

std::string query_text(Pairs query) {
  for (auto& [name, value] : query) {
    name = url_encode(name);
    value = url_encode(value);
  }
  std::sort(query.begin(), query.end());
  std::string out;
  for (const auto& [name, value] : query) out += cat(out.empty() ? "" : "&", name, "=", value);
  return out;
}

Result<std::string> authorization(const Signed& request, const Credentials& credentials) {
  Pairs headers = request.headers;
  std::sort(headers.begin(), headers.end());
  const std::string names = names_of(headers);
  std::string canonical =
      cat(request.method, "\n", request.path, "\n", query_text(request.query), "\n");
  for (const auto& [name, value] : headers) canonical += cat(name, ":", value, "\n");
  canonical += cat("\n", names, "\n", request.payload_hash);
  const std::string day = request.time.substr(0, 8);
  const std::string scope = cat(day, "/", request.region, "/", request.service, "/aws4_request");
  const std::string text =
      cat("AWS4-HMAC-SHA256\n", request.time, "\n", scope, "\n", sha256_hex(bytes_of(canonical)));
  const std::string secret = "AWS4" + credentials.secret;
  TRY_SET(crypto::Bytes key, mac(bytes_of(secret), day));
  for (const std::string_view part :
       {std::string_view(request.region), std::string_view(request.service),
        std::string_view("aws4_request"), std::string_view(text)}) {
    TRY_SET(key, mac(key, part));
  }
  return cat("AWS4-HMAC-SHA256 Credential=", credentials.id, "/", scope, ",SignedHeaders=", names,
             ",Signature=", hex(key));
}

std::string time_text(int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts = {};
  gmtime_r(&time, &parts);
  char text[32] = "";
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return text;
}

}  // namespace samara::blobs::s3
