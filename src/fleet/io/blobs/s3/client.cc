#include "fleet/io/blobs/s3/client.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <ctime>
#include <thread>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::blobs::s3 {
namespace {

constexpr uint64_t kPart = 16 << 20;  // held in memory while it is written
constexpr uint64_t kMostParts = 10'000;
constexpr int kTries = 3;
constexpr size_t kMostIdle = 16;

std::string hash_of(std::string_view text) {
  return sha256_hex(std::as_bytes(std::span(text.data(), text.size())));
}

std::string_view host_of(const std::string& endpoint) {
  return std::string_view(endpoint).substr(endpoint.find("://") + 3);
}

bool may_pass(const Result<http::Response>& answer) {
  if (answer.ok()) return answer->head.status >= 500 || answer->head.status == 429;
  return answer.error().code() == Code::unavailable ||
         answer.error().code() == Code::deadline_exceeded;
}

Error refusal(const http::Response& answer, const std::string& what) {
  const int status = answer.head.status;
  const std::string reason = reason_of(answer.body);
  const Code code = status == 404                    ? Code::not_found
                    : status >= 500 || status == 429 ? Code::unavailable
                                                     : Code::io;
  return Error(code, cat("the S3 storage answers ", status, reason.empty() ? "" : " ", reason,
                         " to ", what));
}

}  // namespace

Result<std::unique_ptr<http::Client>> Client::take_client() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto client = std::move(idle_.back());
      idle_.pop_back();
      return client;
    }
  }
  http::Settings settings;
  // What is signed holds for one address.
  settings.most_redirects = 0;
  return http::Client::create(settings);
}

Result<http::Response> Client::try_once(const Ask& ask) {
  Signed request{.method = ask.method,
                 .path = cat("/", address_.bucket, ask.name.empty() ? "" : "/",
                             ask.name.empty() ? "" : address_.prefix, ask.name),
                 .query = ask.query,
                 .headers = ask.headers,
                 .payload_hash = hash_of(ask.body),
                 .time = time_text(std::time(nullptr)),
                 .region = address_.region};
  request.headers.emplace_back("host", host_of(address_.endpoint));
  request.headers.emplace_back("x-amz-content-sha256", request.payload_hash);
  request.headers.emplace_back("x-amz-date", request.time);
  if (!credentials_.token.empty())
    request.headers.emplace_back("x-amz-security-token", credentials_.token);
  TRY_SET(const std::string signature, authorization(request, credentials_));
  http::Request sent;
  sent.method = ask.method;
  const std::string query = query_text(ask.query);
  sent.url = cat(address_.endpoint, request.path, query.empty() ? "" : "?", query);
  for (const auto& [name, value] : request.headers) sent.headers.push_back({name, value});
  sent.headers.push_back({"Authorization", signature});
  sent.body = ask.body;
  sent.most_bytes = ask.most_bytes;
  TRY_SET(auto client, take_client());
  auto answer = client->send(sent);
  const std::lock_guard lock(mutex_);
  if (answer.ok() && idle_.size() < kMostIdle) idle_.push_back(std::move(client));
  return answer;
}

Result<http::Response> Client::send(const Ask& ask) {
  const std::string what = cat(ask.method, " ", ask.name.empty() ? address_.bucket : ask.name);
  for (int turn = 1;; ++turn) {
    auto answer = try_once(ask);
    if (may_pass(answer) && turn < kTries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100 * turn * turn));
      continue;
    }
    if (!answer.ok()) return std::move(answer).error();
    if (answer->head.status >= 300) return refusal(*answer, what);
    // Some fail after they have begun to answer: then the body alone says so.
    if (answer->body.find("<Error>") != std::string::npos && ask.method == "POST")
      return Error(Code::unavailable, cat("the S3 storage answers ", reason_of(answer->body)));
    return answer;
  }
}

Result<Client::Facts> Client::head(std::string_view name) {
  TRY_SET(const http::Response answer, send({.method = "HEAD", .name = std::string(name)}));
  Facts out;
  const std::string_view length = answer.head.header("content-length");
  const auto end = std::from_chars(length.begin(), length.end(), out.size);
  const auto written = time_of(std::string(answer.head.header("last-modified")));
  const auto now = time_of(std::string(answer.head.header("date")));
  if (length.empty() || end.ec != std::errc() || !written)
    return Error(Code::data_loss, "the S3 storage does not tell an object's size and time");
  out.age = std::max<int64_t>(0, now.value_or(std::time(nullptr)) - *written);
  return out;
}

Status Client::read(std::string_view name, uint64_t offset, std::span<std::byte> out) {
  if (out.empty()) return ok();
  TRY_SET(const http::Response answer,
          send({.method = "GET",
                .name = std::string(name),
                .headers = {{"range", cat("bytes=", offset, "-", offset + out.size() - 1)}},
                .most_bytes = out.size()}));
  const bool whole = answer.head.status == 200 && offset == 0;
  if ((answer.head.status != 206 && !whole) || answer.body.size() != out.size())
    return Error(Code::data_loss, cat("the S3 storage sent ", answer.body.size(), " bytes where ",
                                      out.size(), " were asked for"));
  std::memcpy(out.data(), answer.body.data(), out.size());
  return ok();
}

Result<std::string> Client::begin_parts(std::string_view name) {
  TRY_SET(const http::Response begun,
          send({.method = "POST", .name = std::string(name), .query = {{"uploads", ""}}}));
  auto upload = element(begun.body, "UploadId");
  if (!upload) return Error(Code::data_loss, "the S3 storage begins no upload");
  return std::move(*upload);
}

Result<std::string> Client::write_parts(std::string_view name, const std::string& upload,
                                        uint64_t size,
                                        FunctionRef<Status(uint64_t, std::span<std::byte>)> fill) {
  const uint64_t part = std::max(kPart, size / kMostParts + 1);
  std::string list = "<CompleteMultipartUpload>";
  int number = 0;
  for (uint64_t at = 0; at < size; at += part) {
    Ask ask{.method = "PUT", .name = std::string(name)};
    ask.query = {{"partNumber", std::to_string(++number)}, {"uploadId", upload}};
    ask.body.resize(std::min(part, size - at));
    TRY(fill(at, std::as_writable_bytes(std::span(ask.body))));
    TRY_SET(const http::Response answer, send(ask));
    list += cat("<Part><PartNumber>", number, "</PartNumber><ETag>", answer.head.header("etag"),
                "</ETag></Part>");
  }
  return list + "</CompleteMultipartUpload>";
}

Status Client::write(std::string_view name, uint64_t size,
                     FunctionRef<Status(uint64_t, std::span<std::byte>)> fill) {
  if (size <= kPart) {
    Ask ask{.method = "PUT", .name = std::string(name)};
    ask.body.resize(size);
    TRY(fill(0, std::as_writable_bytes(std::span(ask.body))));
    TRY(send(ask));
    return ok();
  }
  TRY_SET(const std::string upload, begin_parts(name));
  Ask ask{.method = "POST", .name = std::string(name), .query = {{"uploadId", upload}}};
  auto parts = write_parts(name, upload, size, fill);
  Status done = parts.ok() ? ok() : Status(parts.error());
  if (parts.ok()) {
    ask.body = std::move(*parts);
    const auto ended = send(ask);
    if (ended.ok()) return ok();
    done = ended.error();
  }
  // Else its parts would be kept, and paid for, for ever.
  (void)send({.method = "DELETE", .name = ask.name, .query = ask.query});
  return done;
}

Status Client::remove(std::string_view name) {
  TRY(send({.method = "DELETE", .name = std::string(name)}));
  return ok();
}

Result<Page> Client::list(const std::string& after, size_t most) {
  Ask ask{.method = "GET", .name = "", .most_bytes = 16 << 20};
  ask.query = {{"list-type", "2"}, {"prefix", address_.prefix}, {"max-keys", std::to_string(most)}};
  if (!after.empty()) ask.query.emplace_back("continuation-token", after);
  TRY_SET(const http::Response answer, send(ask));
  TRY_SET(Page page, read_page(answer.body));
  for (Object& object : page.objects)
    if (object.key.starts_with(address_.prefix)) object.key.erase(0, address_.prefix.size());
  return page;
}

}  // namespace samara::blobs::s3
