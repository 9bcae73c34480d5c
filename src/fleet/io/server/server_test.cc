// The server over real sockets: requests whole, in pieces, too large, too slow and contradictory.
#include "fleet/io/server/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/text.h"
#include "fleet/io/server/gzip.h"

namespace samara::server {
namespace {

using std::chrono::milliseconds;

/// Answers with what it was asked: method, target, peer, and the body's size and sum.
class Echo : public Exchange {
 public:
  explicit Echo(Request request) : request_(std::move(request)) {}
  bool waits() const override { return request_.target != "/quick"; }
  uint64_t body_limit() const override { return 1 << 20; }
  std::optional<Response> begin() override {
    if (request_.target == "/refused") return error_response(403, "not you");
    return std::nullopt;
  }
  std::optional<Response> receive(std::span<const std::byte> piece) override {
    for (const std::byte b : piece) sum_ += static_cast<uint8_t>(b);
    size_ += piece.size();
    return std::nullopt;
  }
  Response respond() override {
    if (request_.target == "/throws") throw std::runtime_error("secret");
    if (request_.target == "/slow") std::this_thread::sleep_for(milliseconds(300));
    Response out;
    if (request_.target == "/none") {
      out.status = 204;
      return out;
    }
    if (request_.target == "/file") {
      auto file = File::open(path);
      out.file = FilePart{std::make_shared<File>(std::move(*file)), 10, 500'000};
      return out;
    }
    if (request_.target == "/far" || request_.target == "/cut") {
      // Bytes that are brought from elsewhere, which stops in the middle.
      const uint64_t end = request_.target == "/far" ? UINT64_MAX : 2'000'000;
      const auto bring = [end](uint64_t offset, std::span<std::byte> to) -> Status {
        if (offset + to.size() > end) return Error(Code::unavailable, "gone");
        for (std::byte& b : to) b = static_cast<std::byte>(offset++ * 7 / 3);
        return ok();
      };
      out.file = FilePart{nullptr, 10, 2'500'000, bring};
      return out;
    }
    out.headers = {{"X-Odd", request_.target + "\r\nX-Injected: 1"}};
    out.body =
        cat(request_.method, " ", request_.target, " ", request_.peer, " ", size_, " ", sum_, "\n");
    return out;
  }
  static inline std::string path;

 private:
  Request request_;
  uint64_t size_ = 0, sum_ = 0;
};

class HttpServer : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto made = Server::listen({}, nullptr);
    if (!made.ok() && made.error().code() == Code::unsupported)
      GTEST_SKIP() << made.error().brief();
  }
  void serve(Options options = {}) {
    options.threads = 2;
    auto made =
        Server::listen(options, [](Request r) { return std::make_unique<Echo>(std::move(r)); });
    ASSERT_TRUE(made.ok()) << made.error().text();
    server_ = std::move(*made);
    thread_ = std::thread([this] { EXPECT_TRUE(server_->run().ok()); });
  }
  void TearDown() override {
    if (!server_) return;
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }
  int dial() const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at = {};
    at.sin_family = AF_INET;
    at.sin_port = htons(server_->port());
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    return fd;
  }
  static void say(int fd, std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      text.remove_prefix(static_cast<size_t>(n));
    }
  }
  static std::string hear(int fd) {
    std::string all;
    char buffer[8192];
    for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;)
      all.append(buffer, static_cast<size_t>(n));
    return all;
  }
  /// Says it on one connection and returns all that comes until the server closes.
  std::string talk(std::string_view text) const {
    const int fd = dial();
    say(fd, text);
    const std::string all = hear(fd);
    close(fd);
    return all;
  }
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

constexpr std::string_view kEnd = " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST_F(HttpServer, answers_and_keeps_the_connection) {
  serve();
  const std::string got = talk(cat(
      "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /quick HTTP/1.1\r\nHost: h\r\n\r\n", "HEAD /b", kEnd));
  EXPECT_NE(got.find("GET /a 127.0.0.1 0 0\n"), got.npos) << got;
  EXPECT_NE(got.find("GET /quick 127.0.0.1 0 0\n"), got.npos) << got;
  EXPECT_EQ(got.find("HEAD /b 127"), got.npos) << got;
  EXPECT_NE(got.find("Content-Length: 22\r\nConnection: close\r\n\r\n"), got.npos) << got;
  EXPECT_NE(got.find("GMT\r\n"), got.npos) << got;
}

TEST_F(HttpServer, a_header_value_cannot_make_a_header) {
  serve();
  const std::string got = talk(cat("GET /a", kEnd));
  EXPECT_EQ(got.find("\nX-Injected"), got.npos) << got;
  EXPECT_NE(got.find("X-Odd: /a  X-Injected: 1\r\n"), got.npos) << got;
}

TEST_F(HttpServer, takes_bodies_by_length_and_in_chunks) {
  serve();
  const std::string body(300'000, 'a');
  const std::string told = cat(" 127.0.0.1 300000 ", 300'000 * int('a'), "\n");
  std::string got =
      talk(cat("PUT /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ", body.size(),
               "\r\n\r\n", body));
  EXPECT_NE(got.find("PUT /x" + told), got.npos) << got;
  std::string chunks;
  for (size_t at = 0; at < body.size(); at += 1000)
    chunks += cat("3e8\r\n", body.substr(at, 1000), "\r\n");
  got = talk(cat("POST /y HTTP/1.1\r\nHost: h\r\nConnection: close\r\n",
                 "Transfer-Encoding: chunked\r\n\r\n", chunks, "0\r\n\r\n"));
  EXPECT_NE(got.find("POST /y" + told), got.npos) << got;
}

TEST_F(HttpServer, takes_chunks_however_they_are_cut) {
  serve();
  const std::string text =
      "PUT /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0000a\r\naaaaaaaaaa\r\n3\r\nbbb\r\n0\r\n\r\n";
  const int fd = dial();
  for (const char c : text) {
    say(fd, {&c, 1});
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_NE(hear(fd).find("PUT /x 127.0.0.1 13 "), std::string::npos);
  close(fd);
}

TEST_F(HttpServer, asks_for_the_body_where_the_client_waits) {
  serve();
  const int fd = dial();
  say(fd,
      "PUT /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\n"
      "Content-Length: 3\r\n\r\n");
  char buffer[100] = {};
  ASSERT_GT(recv(fd, buffer, sizeof buffer, 0), 0);
  EXPECT_STREQ(buffer, "HTTP/1.1 100 Continue\r\n\r\n");
  say(fd, "abc");
  EXPECT_NE(hear(fd).find("PUT /x 127.0.0.1 3 294\n"), std::string::npos);
  close(fd);
  const std::string refused =
      talk("PUT /refused HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 403 Forbidden\r\n")) << refused;
}

TEST_F(HttpServer, a_refused_body_still_lets_the_answer_through) {
  serve();
  const std::string got = talk(cat("PUT /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n",
                                   "\r\n", std::string(900'000, 'z')));
  EXPECT_TRUE(got.starts_with("HTTP/1.1 403 ")) << got;
  EXPECT_NE(got.find("PERMISSION_DENIED"), got.npos);
}

TEST_F(HttpServer, refuses_what_is_too_large) {
  serve({.header_limit = 1000});
  EXPECT_TRUE(talk(cat("GET /", std::string(2000, 'a'), kEnd)).starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(talk("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n")
                  .starts_with("HTTP/1.1 413 "));
  std::string chunks = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunks += cat("10000\r\n", std::string(65'536, 'a'), "\r\n");
  EXPECT_TRUE(talk(chunks).starts_with("HTTP/1.1 413 "));
  // Neither what a chunk begins with nor the trailer goes on for ever.
  for (const char* endless : {"1;", "1\r\na\r\n0\r\nx: "}) {
    EXPECT_TRUE(talk(cat("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", endless,
                         std::string(200'000, 'a')))
                    .starts_with("HTTP/1.1 431 "))
        << endless;
  }
}

TEST_F(HttpServer, refuses_what_can_be_read_in_two_ways) {
  serve();
  for (const char* bad :
       {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "nonsense\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nBad Name: 1\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    EXPECT_TRUE(talk(bad).starts_with("HTTP/1.1 400 ")) << bad;
  }
  EXPECT_EQ(server_->counters().malformed, 9u);
}

TEST_F(HttpServer, ends_those_who_are_too_slow) {
  serve({.header_time = milliseconds(150),
         .idle_time = milliseconds(150),
         .stall_time = milliseconds(150)});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(talk(""), "");
  EXPECT_EQ(talk("GET / HT"), "");
  EXPECT_EQ(talk("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"), "");
  EXPECT_NE(talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  EXPECT_EQ(server_->counters().timeouts, 2u);
}

TEST_F(HttpServer, sends_a_part_of_a_file) {
  Echo::path = (std::filesystem::temp_directory_path() / cat("samara_server_", getpid())).string();
  std::string content(600'000, ' ');
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 / 3);
  ASSERT_TRUE(write_file(Echo::path, content).ok());
  serve();
  const std::string got = talk(cat("GET /file", kEnd));
  EXPECT_NE(got.find("Content-Length: 500000\r\n"), got.npos);
  EXPECT_EQ(got.substr(got.find("\r\n\r\n") + 4), content.substr(10, 500'000));
  std::filesystem::remove(Echo::path);
}

TEST_F(HttpServer, relays_what_lies_elsewhere) {
  serve();
  const std::string got = talk(cat("GET /far", kEnd));
  EXPECT_NE(got.find("Content-Length: 2500000\r\n"), got.npos);
  const std::string body = got.substr(got.find("\r\n\r\n") + 4);
  ASSERT_EQ(body.size(), 2'500'000u);
  for (size_t i = 0; i < body.size(); ++i)
    ASSERT_EQ(body[i], static_cast<char>((i + 10) * 7 / 3)) << i;
  // What ends in the middle is seen to be cut: neither more nor another length.
  const std::string cut = talk(cat("GET /cut", kEnd));
  EXPECT_NE(cut.find("Content-Length: 2500000\r\n"), cut.npos);
  EXPECT_LT(cut.size(), 2'000'000u);
  EXPECT_GT(cut.size(), 1'000'000u);
}

TEST_F(HttpServer, says_nothing_of_what_was_thrown) {
  serve();
  const std::string got = talk(cat("GET /throws", kEnd));
  EXPECT_TRUE(got.starts_with("HTTP/1.1 500 ")) << got;
  EXPECT_EQ(got.find("secret"), got.npos);
  EXPECT_EQ(talk(cat("GET /none", kEnd)).find("Content-Length"), std::string::npos);
}

TEST_F(HttpServer, believes_forwarded_addresses_of_its_proxies_alone) {
  serve({.proxies = {"127.0.0.1"}});
  const std::string text =
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6, 7.7.7.7\r\n\r\n";
  EXPECT_NE(talk(text).find("GET / 7.7.7.7 "), std::string::npos);
  TearDown();
  serve();
  EXPECT_NE(talk(text).find("GET / 127.0.0.1 "), std::string::npos);
}

TEST_F(HttpServer, finishes_what_is_under_way_when_it_is_stopped) {
  serve();
  const int idle = dial(), busy = dial();
  say(busy, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(100));
  server_->stop();
  EXPECT_EQ(hear(idle), "");
  EXPECT_NE(hear(busy).find("GET /slow 127.0.0.1"), std::string::npos);
  close(idle);
  close(busy);
  thread_.join();
}

TEST_F(HttpServer, refuses_connections_over_the_limit) {
  serve({.connections = 1});
  const int first = dial();
  say(first, "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n");
  char buffer[10];
  ASSERT_GT(recv(first, buffer, sizeof buffer, 0), 0);
  EXPECT_EQ(talk(cat("GET /", kEnd)), "");
  close(first);
}

TEST_F(HttpServer, an_address_takes_its_share_of_connections_only) {
  serve({.of_address = 1});
  const int first = dial();
  say(first, "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n");
  char buffer[10];
  ASSERT_GT(recv(first, buffer, sizeof buffer, 0), 0);
  EXPECT_EQ(talk(cat("GET /", kEnd)), "");
  EXPECT_EQ(server_->counters().refused, 1u);
  close(first);
  std::string again;
  for (int i = 0; i < 1000 && again.empty(); ++i) again = talk(cat("GET /quick", kEnd));
  EXPECT_NE(again, "");
  TearDown();
  serve({.of_address = 0, .proxies = {"127.0.0.1"}});
  EXPECT_NE(talk(cat("GET /quick", kEnd)), "");
}

TEST_F(HttpServer, holds_so_much_for_all_of_them_and_no_more) {
  serve({.held = 100'000});
  const auto begin = [&] {
    const int fd = dial();
    say(fd, cat("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n",
                std::string(60'000, 'a')));
    return fd;
  };
  std::vector<int> open;
  // One of them is told; which one depends on whose bytes come first.
  for (int i = 0; i < 3; ++i) open.push_back(begin());
  std::vector<pollfd> polled;
  for (const int fd : open) polled.push_back({fd, POLLIN, 0});
  ASSERT_GT(poll(polled.data(), polled.size(), 20'000), 0);
  for (const pollfd& one : polled) {
    char buffer[13] = {};
    if (one.revents == 0 || recv(one.fd, buffer, 12, 0) != 12) continue;
    EXPECT_STREQ(buffer, "HTTP/1.1 503");
  }
  EXPECT_NE(talk(cat("GET /quick", kEnd)).find(" 200 "), std::string::npos);  // small ones go on
  for (const int fd : open) close(fd);
  // What they held is free again.
  const std::string whole = cat("PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n",
                                "Content-Length: 90000\r\n\r\n", std::string(90'000, 'a'));
  std::string got;
  for (int i = 0; i < 1000 && got.find(" 200 ") == got.npos; ++i) got = talk(whole);
  EXPECT_NE(got.find(" 127.0.0.1 90000 "), got.npos) << got;
}

TEST_F(HttpServer, an_address_takes_its_share_of_what_is_held_only) {
  const std::string whole = cat("PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n",
                                "Content-Length: 90000\r\n\r\n", std::string(90'000, 'a'));
  serve({.held_of_address = 80'000});
  EXPECT_NE(talk(whole).find("HTTP/1.1 503"), std::string::npos);
  EXPECT_NE(talk(cat("GET /quick", kEnd)).find(" 200 "), std::string::npos);
  TearDown();
  serve({.held_of_address = 80'000, .proxies = {"127.0.0.1"}});
  EXPECT_NE(talk(whole).find(" 200 "), std::string::npos);
}

TEST_F(HttpServer, who_was_quick_once_may_not_go_to_sleep) {
  serve({.least_rate = 1'000'000, .rate_time = milliseconds(100)});
  const int fd = dial();
  say(fd, cat("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n",
              std::string(900'000, 'a')));
  std::string got;
  for (int i = 0; i < 200 && got.empty(); ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    say(fd, "a");
    char buffer[200];
    const ssize_t n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n > 0) got.assign(buffer, static_cast<size_t>(n));
  }
  close(fd);
  EXPECT_NE(got.find("HTTP/1.1 408"), got.npos) << got;
}

TEST(server, limits_count_networks_of_ipv6) {
  EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:DB8:1:2::9"), "2001:db8:1:2::/64");
  EXPECT_NE(network_of("2001:db8:1:3::9"), network_of("2001:db8:1:2::9"));
  EXPECT_EQ(network_of("::1"), "::/64");
  EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
  for (const char* odd : {"", "unix", "1:2", "fe80::1%eth0", ":::"})
    EXPECT_EQ(network_of(odd), odd);
}

TEST_F(HttpServer, compresses) {
  const std::string text(10'000, 'a');
  const std::string small = gzip(text);
  EXPECT_TRUE(small.starts_with("\x1f\x8b\x08"));
  EXPECT_LT(small.size(), 200u);
  EXPECT_EQ(gzip("").size(), 20u);
  Gzipped kept;
  const std::string& once = kept.of(text);
  EXPECT_EQ(once, small);
  EXPECT_EQ(&kept.of(text), &once);
}

TEST(server, says_why_it_cannot_listen) {
  const Handler handler = [](Request r) { return std::make_unique<Echo>(std::move(r)); };
  EXPECT_FALSE(Server::listen({.address = "nowhere"}, handler).ok());
  EXPECT_FALSE(Server::listen({.address = "192.0.2.1"}, handler).ok());
  EXPECT_FALSE(Server::listen({.certificate = "a.pem"}, handler).ok());
  EXPECT_FALSE(Server::listen({.certificate = "/none.pem", .key = "/none.key"}, handler).ok());
}

}  // namespace
}  // namespace samara::server
