// Who takes gzip, and what is left as it is.
#include "hub/routes/core/encoding.h"

#include <gtest/gtest.h>

#include "fleet/io/server/gzip.h"
#include "hub/routes/core/conditional.h"

namespace samara::hub {
namespace {

TEST(takes_gzip, reads_lists_and_weights) {
  for (const char* yes : {"gzip", "GZip", "deflate, gzip;q=1.0, *;q=0.5", "x-gzip", "*",
                          " br ,\tgzip ; q=0.001", "identity;q=0.5, gzip"})
    EXPECT_TRUE(takes_gzip(yes)) << yes;
  for (const char* no : {"", "identity", "gzip;q=0", "gzip; q=0.000", "*;q=0", "*, gzip;q=0",
                         "gzipped", "br, deflate", ",", ";", "q=1"})
    EXPECT_FALSE(takes_gzip(no)) << no;
}

server::Response page() {
  server::Response out;
  out.headers = {{"Content-Type", "application/json"}, {"ETag", "\"abc\""}};
  out.body = std::string(5000, 'x');
  return out;
}

server::Request asking(std::string method = "GET", server::Headers headers = {}) {
  server::Request out;
  out.method = std::move(method);
  out.headers = {{"accept-encoding", "gzip"}};
  out.headers.insert(out.headers.end(), headers.begin(), headers.end());
  return out;
}

std::string header(const server::Response& response, std::string_view wanted) {
  for (const auto& [name, value] : response.headers)
    if (name == wanted) return value;
  return "";
}

TEST(answered, compresses_texts_for_those_who_ask) {
  const auto out = answered(asking(), page());
  EXPECT_EQ(header(out, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(out, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(out, "ETag"), "W/\"abc\"");
  EXPECT_EQ(out.body, server::gzip(page().body));
  EXPECT_LT(out.body.size(), 200u);
  server::Request plain = asking();
  plain.headers.clear();
  const auto whole = answered(plain, page());
  EXPECT_EQ(whole.body, page().body);
  EXPECT_EQ(header(whole, "ETag"), "\"abc\"");
  EXPECT_EQ(header(whole, "Vary"), "Accept-Encoding");
}

TEST(answered, compresses_what_is_kept_once) {
  auto kept = page();
  kept.gzipped = std::make_shared<server::Gzipped>();
  EXPECT_EQ(answered(asking(), kept).body, server::gzip(page().body));
  kept.body = std::string(5000, 'y');  // no other form is made of what never changes
  EXPECT_EQ(answered(asking(), kept).body, server::gzip(page().body));
}

TEST(answered, knows_what_is_held_already_by_either_tag) {
  for (const char* held : {"\"abc\"", "W/\"abc\"", "\"x\", W/\"abc\""}) {
    const auto out = answered(asking("GET", {{"if-none-match", held}}), page());
    EXPECT_EQ(out.status, 304) << held;
    EXPECT_EQ(header(out, "ETag"), "W/\"abc\"");
    EXPECT_EQ(header(out, "Vary"), "Accept-Encoding");
    EXPECT_EQ(header(out, "Content-Encoding"), "");
  }
}

TEST(answered, leaves_secrets_files_hashes_and_short_ones_alone) {
  EXPECT_EQ(answered(asking("POST"), page()).body, page().body);
  auto odd = page();
  odd.headers[1].second = "abc";  // as Firebase's clients read it
  EXPECT_EQ(header(answered(asking(), odd), "ETag"), "abc");
  auto blob = page();
  blob.headers[0].second = "application/octet-stream";
  EXPECT_EQ(answered(asking(), blob).body, page().body);
  auto manifest = page();
  manifest.headers[0].second = "application/vnd.oci.image.manifest.v1+json";
  EXPECT_EQ(answered(asking(), manifest).body, page().body);
  auto small = page();
  small.body.resize(1000);
  EXPECT_EQ(answered(asking(), small).body.size(), 1000u);
  EXPECT_EQ(header(answered(asking(), small), "Vary"), "");
  auto wrong = page();
  wrong.status = 404;
  EXPECT_EQ(answered(asking(), wrong).body, page().body);
}

}  // namespace
}  // namespace samara::hub
