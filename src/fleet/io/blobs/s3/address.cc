#include "fleet/io/blobs/s3/address.h"

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "base/words.h"

namespace samara::blobs::s3 {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Error wrong(std::string_view what) {
  return Error(Code::invalid_argument,
               cat(what, "; the form is s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION"));
}

/// As S3 names buckets; nothing in it can be mistaken for another part of an address.
bool is_bucket(std::string_view text) {
  return text.size() >= 3 && text.size() <= 63 && text[0] != '.' && text[0] != '-' &&
         text.find("..") == text.npos &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") == text.npos;
}

bool is_prefix(std::string_view text) {
  return text.size() <= 500 && text.find("..") == text.npos && text.find("//") == text.npos &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
             ".-_/") == text.npos;
}

bool is_endpoint(std::string_view text) {
  const size_t host = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  // No path, no user, no query: what is signed is the host and a path of ours.
  return host > 0 && text.size() > host &&
         text.substr(host).find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
             "0123456789.-:[]") == text.npos;
}

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 60 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == text.npos;
}

Status read_options(std::string_view rest, Address& out) {
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const auto value = url_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (name == "endpoint") {
      out.endpoint = value.value_or("");
    } else if (name == "region") {
      out.region = value.value_or("");
    } else {
      return wrong(cat("'", name.substr(0, 40), "' is no option of an S3 address"));
    }
  }
  return ok();
}

}  // namespace

Result<Address> read_address(const std::string& text) {
  if (!text.starts_with("s3://")) return wrong("this is no S3 address");
  const size_t question = std::min(text.find('?'), text.size());
  const std::string place = text.substr(5, question - 5);
  const size_t slash = std::min(place.find('/'), place.size());
  Address out;
  out.bucket = place.substr(0, slash);
  out.prefix = place.substr(std::min(slash + 1, place.size()));
  if (!out.prefix.empty() && !out.prefix.ends_with('/')) out.prefix += '/';
  out.region = variable("AWS_REGION");
  TRY(read_options(std::string_view(text).substr(std::min(question + 1, text.size())), out));
  if (out.region.empty()) out.region = "us-east-1";
  if (out.endpoint.empty()) out.endpoint = cat("https://s3.", out.region, ".amazonaws.com");
  if (out.endpoint.ends_with('/')) out.endpoint.pop_back();
  if (!is_bucket(out.bucket)) return wrong(cat("'", out.bucket, "' is no name of a bucket"));
  if (!is_prefix(out.prefix)) return wrong(cat("'", out.prefix, "' is no prefix"));
  if (!is_endpoint(out.endpoint))
    return wrong("the endpoint is not https:// (or http://) and a host, without a path");
  if (!is_region(out.region)) return wrong(cat("'", out.region, "' is no region"));
  return out;
}

Result<Credentials> read_credentials(const std::string& text, const std::string& profile) {
  Credentials out;
  bool there = false, inside = false;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = trim(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(
        std::min(rest.size(), rest.find('\n') == rest.npos ? rest.size() : rest.find('\n') + 1));
    if (line.starts_with('[')) {
      inside = line == cat("[", profile, "]");
      there |= inside;
    }
    const size_t equals = line.find('=');
    if (!inside || equals == line.npos || line.starts_with('#')) continue;
    const std::string_view name = trim(line.substr(0, equals)),
                           value = trim(line.substr(equals + 1));
    if (name == "aws_access_key_id") out.id = value;
    if (name == "aws_secret_access_key") out.secret = value;
    if (name == "aws_session_token") out.token = value;
  }
  if (!there)
    return Error(Code::invalid_argument, cat("the file of keys has no profile '", profile, "'"));
  if (out.id.empty() || out.secret.empty())
    return Error(Code::invalid_argument, cat("the profile '", profile,
                                             "' lacks aws_access_key_id or aws_secret_access_key"));
  return out;
}

Result<Credentials> find_credentials() {
  Credentials out{variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
                  variable("AWS_SESSION_TOKEN")};
  if (!out.id.empty() && !out.secret.empty()) return out;
  std::string path = variable("AWS_SHARED_CREDENTIALS_FILE");
  if (path.empty() && !variable("HOME").empty()) path = variable("HOME") + "/.aws/credentials";
  const auto text = read_file(path, 1 << 20);
  if (!text.ok())
    return Error(Code::invalid_argument,
                 "there are no keys for the S3 storage: set AWS_ACCESS_KEY_ID and "
                 "AWS_SECRET_ACCESS_KEY, or AWS_SHARED_CREDENTIALS_FILE to a file of them");
  const std::string profile = variable("AWS_PROFILE");
  return read_credentials(*text, profile.empty() ? "default" : profile);
}

}  // namespace samara::blobs::s3
