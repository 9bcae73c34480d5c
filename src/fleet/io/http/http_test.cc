// The client against a server on loopback that says exactly what it is told to. TLS is in
// tests/e2e/key_test.py.
#include "fleet/io/http/http.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

#include "base/text.h"

namespace samara::http {
namespace {

/// Answers each connection's first request with the bytes that `answer` makes of it, piece by piece,
/// then closes.
class Server {
 public:
  using Pieces = std::vector<std::string>;
  explicit Server(std::function<Pieces(const std::string& request)> answer)
      : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    stop_ = true;
    thread_.join();
    close(listener_);
  }
  std::string url(std::string_view path) const { return cat("http://127.0.0.1:", port_, path); }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (!stop_) {
      pollfd ready{listener_, POLLIN, 0};
      if (poll(&ready, 1, 20) <= 0) continue;
      const int peer = accept(listener_, nullptr, nullptr);
      std::string request;
      char buffer[4096];
      while (request.find("\r\n\r\n") == request.npos) {
        const ssize_t n = recv(peer, buffer, sizeof buffer, 0);
        if (n <= 0) break;
        request.append(buffer, static_cast<size_t>(n));
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      for (const std::string& piece : answer_(request)) {
        if (piece.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(300));
        if (stop_ || send(peer, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) break;
      }
      close(peer);
    }
  }

  std::function<Pieces(const std::string&)> answer_;
  int listener_;
  uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

std::string reply(std::string_view status, std::string_view headers, std::string_view body) {
  return cat("HTTP/1.1 ", status, "\r\n", headers, "Content-Length: ", body.size(), "\r\n\r\n",
             body);
}

class http : public testing::Test {  // NOLINT: named as the room is
 protected:
  static std::unique_ptr<Client> client(Settings settings = {}) {
    settings.proxy = "-";
    auto out = Client::create(settings);
    EXPECT_TRUE(out.ok());
    return std::move(out).value();
  }
  static Request get(std::string url) {
    Request out;
    out.url = std::move(url);
    return out;
  }
};

TEST_F(http, gives_status_headers_and_body) {
  Server server([](const std::string&) {
    return Server::Pieces{reply("404 Nothing", "ETag: \"a:b\"\r\nX-Two:  spaced \r\n", "no such")};
  });
  const auto c = client();
  const auto answer = c->send(get(server.url("/a?b=c")));
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->head.status, 404);
  EXPECT_EQ(answer->head.header("etag"), "\"a:b\"");
  EXPECT_EQ(answer->head.header("x-two"), "spaced");
  EXPECT_EQ(answer->head.header("none"), "");
  EXPECT_EQ(answer->body, "no such");
  EXPECT_TRUE(server.requests()[0].starts_with("GET /a?b=c HTTP/1.1\r\n"));
  EXPECT_EQ(server.requests()[0].find("Accept-Encoding"), std::string::npos);
}

TEST_F(http, sends_method_headers_and_body) {
  Server server([](const std::string&) { return Server::Pieces{reply("200 OK", "", "")}; });
  Request request = get(server.url("/x"));
  request.method = "PUT";
  request.headers = {{"Authorization", "Bearer t"}, {"X-Empty", ""}};
  request.body = "12345";
  ASSERT_TRUE(client()->send(request).ok());
  const std::string seen = server.requests()[0];
  EXPECT_TRUE(seen.starts_with("PUT /x"));
  for (const char* line :
       {"\r\nAuthorization: Bearer t\r\n", "\r\nX-Empty:\r\n", "\r\nContent-Length: 5\r\n"})
    EXPECT_NE(seen.find(line), std::string::npos) << line;
  EXPECT_EQ(seen.find("Expect:"), std::string::npos);
}

TEST_F(http, a_head_request_ends_without_a_body) {
  Server server([](const std::string&) {
    return Server::Pieces{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"};
  });
  Request request = get(server.url("/x"));
  request.method = "HEAD";
  const auto answer = client()->send(request);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->head.header("content-length"), "1000");
}

TEST_F(http, goes_on_where_it_was_cut) {
  Server server([](const std::string& request) {
    if (request.find("Range: bytes=3-\r\nIf-Range: \"v1\"") == request.npos)
      return Server::Pieces{reply("200 OK", "", "whole")};
    return Server::Pieces{reply("206 Partial", "Content-Range: bytes 3-4/5\r\n", "le")};
  });
  Request request = get(server.url("/x"));
  request.from = 3;
  request.if_range = "\"v1\"";
  const auto part = client()->send(request);
  ASSERT_TRUE(part.ok()) << part.error().text();
  EXPECT_EQ(part->head.status, 206);
  EXPECT_EQ(part->body, "le");
  request.if_range = "\"v2\"";
  EXPECT_EQ(client()->send(request)->head.status, 200);
}

TEST_F(http, refuses_a_part_that_was_not_asked_for) {
  for (const char* range :
       {"Content-Range: bytes 0-4/5\r\n", "Content-Range: bytes 30-34/50\r\n", ""}) {
    Server server(
        [&](const std::string&) { return Server::Pieces{reply("206 Partial", range, "whole")}; });
    Request request = get(server.url("/x"));
    request.from = 3;
    EXPECT_EQ(client()->send(request).error().code(), Code::data_loss) << range;
  }
}

TEST_F(http, ends_where_the_answer_is_too_long) {
  Server server([](const std::string& request) {
    if (request.starts_with("GET /told")) return Server::Pieces{reply("200 OK", "", "12345")};
    return Server::Pieces{"HTTP/1.1 200 OK\r\n\r\n", "123", "45"};
  });
  for (const char* path : {"/told", "/untold"}) {
    Request request = get(server.url(path));
    request.most_bytes = 4;
    EXPECT_EQ(client()->send(request).error().code(), Code::resource_exhausted);
    request.most_bytes = 5;
    EXPECT_EQ(client()->send(request)->body, "12345");
  }
}

TEST_F(http, ends_where_the_headers_are_too_long) {
  Server server([](const std::string&) {
    std::string headers;
    for (int i = 0; i < 1000; ++i) headers += cat("X-", i, ": ", std::string(100, 'x'), "\r\n");
    return Server::Pieces{reply("200 OK", headers, "")};
  });
  EXPECT_EQ(client()->send(get(server.url("/"))).error().code(), Code::resource_exhausted);
}

TEST_F(http, says_that_the_connection_broke) {
  Server server([](const std::string&) {
    return Server::Pieces{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"};
  });
  EXPECT_EQ(client()->send(get(server.url("/"))).error().code(), Code::unavailable);
  EXPECT_EQ(client()->send(get("http://127.0.0.1:1/")).error().code(), Code::unavailable);
}

TEST_F(http, follows_so_many_redirects_and_to_the_web_alone) {
  Server server([](const std::string& request) {
    if (request.starts_with("GET /end"))
      return Server::Pieces{reply("200 OK", "X-A: 2\r\n", "end")};
    const std::string to = request.starts_with("GET /once")   ? "/end"
                           : request.starts_with("GET /file") ? "file:///etc/passwd"
                           : request.starts_with("GET /ftp")  ? "ftp://127.0.0.1/x"
                                                              : "/again";
    return Server::Pieces{reply("302 Found", cat("X-A: 1\r\nLocation: ", to, "\r\n"), "skipped")};
  });
  const auto c = client();
  const auto answer = c->send(get(server.url("/once")));
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->body, "end");
  EXPECT_EQ(answer->head.url, server.url("/end"));
  EXPECT_EQ(answer->head.header("x-a"), "2");
  EXPECT_EQ(c->send(get(server.url("/again"))).error().code(), Code::resource_exhausted);
  EXPECT_EQ(c->send(get(server.url("/file"))).error().code(), Code::permission_denied);
  EXPECT_EQ(c->send(get(server.url("/ftp"))).error().code(), Code::permission_denied);
  Settings none;
  none.most_redirects = 0;
  EXPECT_EQ(client(none)->send(get(server.url("/once")))->head.status, 302);
}

TEST_F(http, errors_show_no_query) {
  for (const char* url : {"http://me:secret@127.0.0.1:1/x?secret", "ftp://h/x?secret"}) {
    const auto refused = client()->send(get(url));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().text().find("secret"), std::string::npos) << refused.error().text();
  }
}

TEST_F(http, ends_where_it_takes_too_long) {
  Server server([](const std::string&) {
    return Server::Pieces{"HTTP/1.1 200 OK\r\n\r\n1", "", "", "", "", "", "", "", "", "2"};
  });
  Settings settings;
  settings.total_timeout_ms = 400;
  EXPECT_EQ(client(settings)->send(get(server.url("/"))).error().code(), Code::deadline_exceeded);
  settings.total_timeout_ms = 0;
  settings.least_bytes_per_s = 1000;
  settings.slow_for_s = 1;
  EXPECT_EQ(client(settings)->send(get(server.url("/"))).error().code(), Code::deadline_exceeded);
}

TEST_F(http, the_caller_can_end_it) {
  Server server([](const std::string&) {
    return Server::Pieces{"HTTP/1.1 200 OK\r\n\r\n1", "", "", "", "2"};
  });
  const auto c = client();
  const auto head = [](const Head&) { return ok(); };
  const auto body = [](std::span<const std::byte>) { return ok(); };
  const auto never = [] { return false; };
  bool stop = false;
  const auto stops = [&](std::span<const std::byte>) {
    stop = true;
    return ok();
  };
  EXPECT_EQ(c->send(get(server.url("/")), head, stops, [&] { return stop; }).error().code(),
            Code::cancelled);
  const auto full = [](std::span<const std::byte>) { return Status(Error(Code::io, "full")); };
  EXPECT_EQ(c->send(get(server.url("/")), head, full, never).error().code(), Code::io);
  const auto refuses = [](const Head&) { return Status(Error(Code::not_found, "no")); };
  EXPECT_EQ(c->send(get(server.url("/")), refuses, body, never).error().code(), Code::not_found);
}

TEST_F(http, goes_through_a_proxy) {
  Server proxy([](const std::string&) { return Server::Pieces{reply("200 OK", "", "by proxy")}; });
  Settings settings;
  settings.proxy = proxy.url("");
  const auto c = Client::create(settings);
  ASSERT_TRUE(c.ok());
  const auto answer = (*c)->send(get("http://far.invalid/x"));
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->body, "by proxy");
  EXPECT_TRUE(proxy.requests()[0].starts_with("GET http://far.invalid/x HTTP/1.1\r\n"));
}

TEST_F(http, keeps_to_a_speed) {
  Server server([](const std::string&) {
    return Server::Pieces{reply("200 OK", "", std::string(400'000, 'x'))};
  });
  Settings settings;
  settings.most_bytes_per_s = 200'000;
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(client(settings)->send(get(server.url("/"))).ok());
  EXPECT_GT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(800));
}

TEST_F(http, refuses_addresses_methods_and_headers_that_are_none) {
  const auto c = client();
  for (const char* url : {"", "x", "file:///etc/passwd", "ftp://a/", "http://a b/",
                          "http://a/\r\nX: y", "HTTP://a", "//a"})
    EXPECT_EQ(c->send(get(url)).error().code(), Code::invalid_argument) << url;
  Request request = get("http://127.0.0.1:1/");
  for (const char* method : {"", "get", "GET /x", "A\r\nB"}) {
    request.method = method;
    EXPECT_EQ(c->send(request).error().code(), Code::invalid_argument) << method;
  }
  request.method = "GET";
  for (const Header& bad : {Header{"A", "b\r\nC: d"}, Header{"A\r\nB", "c"}, Header{"", "x"}}) {
    request.headers = {bad};
    EXPECT_EQ(c->send(request).error().code(), Code::invalid_argument);
  }
}

}  // namespace
}  // namespace samara::http
