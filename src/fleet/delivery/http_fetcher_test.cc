#include "fleet/delivery/http_fetcher.h"

#include <gtest/gtest.h>

namespace samara::delivery {
namespace {

/// Remembers what it was asked and gives one head.
class FakeClient final : public http::Client {
 public:
  FakeClient(http::Head head, http::Request& asked) : head_(std::move(head)), asked_(asked) {}
  using http::Client::send;
  Result<http::Head> send(const http::Request& request, http::OnHead on_head, http::OnBody on_body,
                          http::Cancelled) override {
    asked_ = request;
    if (auto seen = on_head(head_); !seen.ok()) return seen.error();
    const std::byte body[3] = {};
    if (auto taken = on_body(body); !taken.ok()) return taken.error();
    return head_;
  }

 private:
  http::Head head_;
  http::Request& asked_;
};

struct Seen {
  FetchAnswer answer;
  http::Request asked;
  size_t bytes = 0;
  Status result;
};

Seen fetch(const http::Head& head, const FetchRequest& request) {
  Seen out;
  HttpFetcher fetcher(
      [&]() -> Result<std::unique_ptr<http::Client>> {
        return std::unique_ptr<http::Client>(new FakeClient(head, out.asked));
      },
      {{"authorization", "Bearer x"}}, "https://hub/v1/metadata");
  out.result = fetcher.get(
      request,
      [&](const FetchAnswer& answer) {
        out.answer = answer;
        return ok();
      },
      [&](std::span<const std::byte> bytes) {
        out.bytes += bytes.size();
        return ok();
      });
  return out;
}

TEST(HttpFetcher, asks_for_the_rest_and_reads_the_range) {
  const Seen seen = fetch({206, "", {{"content-range", "bytes 100-102/103"}, {"etag", "\"a\""}}},
                          {"https://hub/m", 100, "\"a\""});
  EXPECT_TRUE(seen.result.ok());
  EXPECT_EQ(seen.asked.from, 100u);
  EXPECT_EQ(seen.asked.if_range, "\"a\"");
  EXPECT_EQ(seen.asked.headers.at(0).value, "Bearer x");
  EXPECT_EQ(seen.answer.first, 100u);
  EXPECT_EQ(seen.answer.total, 103u);
  EXPECT_EQ(seen.answer.etag, "\"a\"");
  EXPECT_EQ(seen.bytes, 3u);
}

TEST(HttpFetcher, a_token_goes_to_its_own_server_alone) {
  for (const char* url : {"https://other/m", "https://hub.other/m", "https://hub@other/m",
                          "https://hub:8443/m", "http://hub/m", "https://hub"})
    EXPECT_TRUE(fetch({200, "", {}}, {url, 0, ""}).asked.headers.empty()) << url;
}

TEST(HttpFetcher, of_two_projects_at_one_server_each_has_its_own_token) {
  http::Request asked;
  HttpFetcher fetcher([&]() -> Result<std::unique_ptr<http::Client>> {
    return std::unique_ptr<http::Client>(new FakeClient({200, "", {}}, asked));
  });
  fetcher.give({{"authorization", "first"}}, "https://hub/v1/projects/a/tuf/metadata");
  fetcher.give({{"authorization", "second"}}, "https://hub/v1/projects/ab/tuf/metadata/");
  fetcher.give({{"authorization", "third"}}, "https://other");
  fetcher.give({{"authorization", "nobody's"}}, "");
  const auto token_for = [&](const std::string& url) -> std::string {
    EXPECT_TRUE(fetcher
                    .get(
                        {url, 0, ""}, [](const FetchAnswer&) { return ok(); },
                        [](std::span<const std::byte>) { return ok(); })
                    .ok());
    return asked.headers.empty() ? "" : asked.headers[0].value;
  };
  EXPECT_EQ(token_for("https://hub/v1/projects/a/tuf/targets/m"), "first");
  EXPECT_EQ(token_for("https://hub/v1/projects/ab/tuf/targets/m"), "second");
  EXPECT_EQ(token_for("https://hub/elsewhere"), "first");
  EXPECT_EQ(token_for("https://other/m"), "third");
  EXPECT_EQ(token_for("https://others/m"), "");
}

TEST(HttpFetcher, a_whole_content_has_its_length_and_a_first_request_no_range) {
  const Seen seen = fetch({200, "", {{"content-length", "3"}}}, {"https://hub/m", 0, ""});
  EXPECT_FALSE(seen.asked.from.has_value());
  EXPECT_EQ(seen.answer.total, 3u);
  EXPECT_FALSE(
      fetch({200, "", {{"content-length", "3"}, {"content-encoding", "gzip"}}}, {"u", 0, ""})
          .answer.total.has_value());
}

TEST(HttpFetcher, headers_that_make_no_sense_say_nothing) {
  for (const char* range : {"", "bytes", "bytes 1", "bytes a-b/c", "bytes 5/6-7", "items 1-2/3",
                            "bytes 99999999999999999999-1/99999999999999999999"}) {
    const Seen seen = fetch({206, "", {{"content-range", range}}}, {"u", 5, ""});
    EXPECT_FALSE(seen.answer.first.has_value()) << range;
    EXPECT_FALSE(seen.answer.total.has_value()) << range;
  }
  EXPECT_EQ(fetch({503, "", {{"retry-after", "7"}}}, {"u", 0, ""}).answer.retry_after_ms, 7000);
  EXPECT_EQ(fetch({503, "", {{"retry-after", "soon"}}}, {"u", 0, ""}).answer.retry_after_ms, -1);
  EXPECT_EQ(fetch({503, "", {{"retry-after", "99999999999"}}}, {"u", 0, ""}).answer.retry_after_ms,
            1'000'000'000);
}

}  // namespace
}  // namespace samara::delivery
