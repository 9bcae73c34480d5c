// UrlSource: a model from any server or CDN, without a hub. Its bytes are known by a hash, or by a
// signature over a hash:
//
//   <url>             the model
//   <url>.sha256      its hash as sha256sum prints it: "<64 digits>  <name>"
//   <url>.sha256.sig  the signature over the bytes of that file, as openssl writes it
//
// A signature says who made the model, not that it is the newest: whoever holds the server may send
// an older one that was signed. Where that matters, follow a signed repository (tuf_catalog.h).
#pragma once

#include <cstdint>
#include <string>

#include "fleet/delivery/delivery.h"

namespace samara::agent {

struct UrlSource {
  std::string url;
  std::string sha256 = {};      // 64 lower-case hexadecimal digits, or
  std::string public_key = {};  // PEM
  std::string name = {};        // by which the model is known; empty: made of the address
  uint64_t most_bytes = uint64_t{4} << 30;
};

/// The name by which the model is known.
std::string name_of(const UrlSource& source);

/// Asks for hash and size; nothing of the content is downloaded.
///
/// Errors   invalid_argument    no http(s) address; neither hash nor key, or both; no such key
///          permission_denied   the signature is not the key's
///          data_loss           the file beside it holds no hash
///          unsupported         the server does not say how long the content is
///          resource_exhausted  it is longer than most_bytes
///          not_found, unavailable
Result<delivery::Offer> offer_of(const UrlSource& source, delivery::Fetcher& fetcher);

}  // namespace samara::agent
