// The client over libcurl's easy interface; the handle keeps connections between requests.
#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "base/words.h"
#include "fleet/io/http/curl/library.h"
#include "fleet/io/http/http.h"

namespace samara::http {
namespace {

#if LIBCURL_VERSION_NUM >= 0x075500
constexpr CURLoption kProtocols = CURLOPT_PROTOCOLS_STR, kRedirects = CURLOPT_REDIR_PROTOCOLS_STR;
constexpr const char *kWeb = "http,https", *kSecure = "https";
#else  // Ubuntu 22.04
constexpr CURLoption kProtocols = CURLOPT_PROTOCOLS, kRedirects = CURLOPT_REDIR_PROTOCOLS;
constexpr long kWeb = CURLPROTO_HTTP | CURLPROTO_HTTPS, kSecure = CURLPROTO_HTTPS;
#endif

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Code code_of(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return Code::invalid_argument;
    case CURLE_OPERATION_TIMEDOUT:
      return Code::deadline_exceeded;
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_OUT_OF_MEMORY:
      return Code::resource_exhausted;
    case CURLE_UNSUPPORTED_PROTOCOL:  // where a redirect leads
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return Code::permission_denied;
    case CURLE_WEIRD_SERVER_REPLY:
      return Code::data_loss;
    default:
      return Code::unavailable;
  }
}

/// One transfer: what libcurl's callbacks fill.
struct Transfer {
  const Library* curl;
  const Settings* settings;
  const Request* request;
  OnHead on_head;
  OnBody on_body;
  Cancelled cancelled;
  CURL* handle = nullptr;
  Head head = {};
  size_t header_bytes = 0;
  uint64_t body_bytes = 0;
  std::chrono::steady_clock::time_point first_piece = {};
  bool head_given = false;
  std::optional<Error> error = {};

  bool fail(Error why) {
    if (!error) error = std::move(why);
    return false;
  }

  bool take_header(std::string_view line) {
    header_bytes += line.size();
    if (header_bytes > settings->most_header_bytes)
      return fail(Error(Code::resource_exhausted,
                        cat("more than ", settings->most_header_bytes, " bytes of headers")));
    if (line.starts_with("HTTP/")) {  // of a redirect, an interim answer, or the last one
      head.headers.clear();
      return true;
    }
    const size_t colon = line.find(':');
    if (colon != line.npos)
      head.headers.push_back(
          {lower(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
    return true;
  }

  /// Hands on the head once the last answer's is complete.
  bool give_head() {
    if (head_given) return true;
    head_given = true;
    long status = 0;
    char* url = nullptr;
    curl->easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl->easy_getinfo(handle, CURLINFO_EFFECTIVE_URL, &url);
    head.status = static_cast<int>(status);
    head.url = url ? url : "";
    if (head.status == 206 && request->from) {
      const std::string wanted = cat("bytes ", *request->from, "-");
      if (!head.header("content-range").starts_with(wanted))
        return fail(Error(Code::data_loss, cat("asked for '", wanted, "', got '",
                                               head.header("content-range"), "'")));
    }
    const Status status_of_caller = on_head(head);
    return status_of_caller.ok() || fail(status_of_caller.error());
  }

  bool take_body(std::span<const std::byte> piece) {
    if (!give_head() || !go_on()) return false;
    if (body_bytes == 0) first_piece = std::chrono::steady_clock::now();
    body_bytes += piece.size();
    if (body_bytes > request->most_bytes)
      return fail(Error(Code::resource_exhausted,
                        cat("the answer is longer than ", request->most_bytes, " bytes")));
    const Status taken = on_body(piece);
    return taken.ok() ? keep_speed() : fail(taken.error());
  }

  /// Waits until what has come may have come. libcurl's own limit lets short bodies through at once.
  bool keep_speed() {
    using std::chrono::duration, std::chrono::milliseconds;
    if (settings->most_bytes_per_s <= 0) return true;
    const duration<double> due(static_cast<double>(body_bytes) /
                               static_cast<double>(settings->most_bytes_per_s));
    for (;;) {
      const duration<double> left = due - (std::chrono::steady_clock::now() - first_piece);
      if (left.count() <= 0) return true;
      if (!go_on()) return false;
      std::this_thread::sleep_for(std::min<duration<double>>(left, milliseconds(100)));
    }
  }

  bool go_on() { return !cancelled() || fail(Error(Code::cancelled, "the request was cancelled")); }
};

size_t on_header_line(char* data, size_t, size_t size, void* user) {
  return static_cast<Transfer*>(user)->take_header({data, size}) ? size : 0;
}
size_t on_body_piece(char* data, size_t, size_t size, void* user) {
  return static_cast<Transfer*>(user)->take_body(std::as_bytes(std::span(data, size))) ? size : 0;
}
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->go_on() ? 0 : 1;
}

class CurlClient : public Client {
 public:
  CurlClient(const Library* curl, CURL* handle, Settings settings)
      : curl_(curl), handle_(handle), settings_(std::move(settings)) {}
  ~CurlClient() override { curl_->easy_cleanup(handle_); }

  Result<Head> send(const Request& request, OnHead on_head, OnBody on_body,
                    Cancelled cancelled) override {
    TRY(check(request));
    Transfer transfer{curl_, &settings_, &request, on_head, on_body, cancelled, handle_};
    curl_->easy_reset(handle_);
    set_limits();
    set_request(request);
    curl_slist* headers = list_headers(request);
    set(CURLOPT_HTTPHEADER, headers);
    char why[CURL_ERROR_SIZE] = "";
    set(CURLOPT_ERRORBUFFER, why);
    set(CURLOPT_HEADERFUNCTION, on_header_line);
    set(CURLOPT_HEADERDATA, &transfer);
    set(CURLOPT_WRITEFUNCTION, on_body_piece);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, on_progress);
    set(CURLOPT_XFERINFODATA, &transfer);
    const CURLcode code = curl_->easy_perform(handle_);
    if (code == CURLE_OK && !transfer.error) transfer.give_head();
    curl_->slist_free_all(headers);
    curl_->easy_reset(handle_);  // what it points to ends here
    const auto frame = [&] { return cat(request.method, " ", shown_url(request.url)); };
    if (transfer.error) return std::move(*transfer.error).in(frame());
    if (code != CURLE_OK)
      return Error(code_of(code), why[0] ? why : curl_->easy_strerror(code)).in(frame());
    return std::move(transfer.head);
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_->easy_setopt(handle_, option, value);
  }

  static Status check(const Request& request) {
    const bool web = request.url.starts_with("http://") || request.url.starts_with("https://");
    if (!web || has_control(request.url))
      return Error(Code::invalid_argument,
                   cat("'", shown_url(request.url), "' is no http:// or https:// address"));
    if (request.method.empty() ||
        request.method.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
      return Error(Code::invalid_argument, cat("'", request.method, "' is no HTTP method"));
    for (const Header& header : request.headers)
      if (has_control(header.name) || has_control(header.value) || header.name.empty())
        return Error(Code::invalid_argument, "a header holds a control character, or has no name");
    if (has_control(request.if_range))
      return Error(Code::invalid_argument, "the entity tag holds a control character");
    return ok();
  }

  void set_limits() {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, settings_.user_agent.c_str());
    if (!settings_.proxy.empty())
      set(CURLOPT_PROXY, settings_.proxy == "-" ? "" : settings_.proxy.c_str());
    if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout_ms));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.total_timeout_ms));
  }

  void set_request(const Request& request) {
    if (const int64_t seconds = request.slow_for_s.value_or(settings_.slow_for_s); seconds > 0) {
      set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(settings_.least_bytes_per_s));
      set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds));
    }
    set(CURLOPT_URL, request.url.c_str());
    set(kProtocols, kWeb);
    set(kRedirects, request.url.starts_with("https://") ? kSecure : kWeb);
    set(CURLOPT_FOLLOWLOCATION, settings_.most_redirects > 0 ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, static_cast<long>(settings_.most_redirects));
    if (request.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET" || !request.body.empty()) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.data());
      set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
  }

  curl_slist* list_headers(const Request& request) {
    curl_slist* list = nullptr;
    const auto add = [&](const std::string& line) {
      list = curl_->slist_append(list, line.c_str());
    };
    for (const Header& header : request.headers)  // "Name;" is how libcurl sends an empty one
      add(header.value.empty() ? cat(header.name, ";") : cat(header.name, ": ", header.value));
    if (request.from) {
      add(cat("Range: bytes=", *request.from, "-"));
      if (!request.if_range.empty()) add(cat("If-Range: ", request.if_range));
    }
    add("Expect:");  // no waiting for "100 Continue"
    return list;
  }

  const Library* curl_;
  CURL* handle_;
  Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Client>> Client::create(const Settings& settings) {
  TRY_SET(const Library* curl, library());
  CURL* handle = curl->easy_init();
  if (!handle) return Error(Code::resource_exhausted, "libcurl gives no handle");
  return std::unique_ptr<Client>(std::make_unique<CurlClient>(curl, handle, settings));
}

}  // namespace samara::http
