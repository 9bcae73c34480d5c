// Bodies of two parts, in pieces of every size; and their checksum.
#include "hub/firebase/multipart.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "hub/firebase/crc32c.h"

namespace samara::hub {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

struct Read {
  std::string description, content;
  Status status = ok();
  bool whole = false;
};

Read read(const std::string& body, size_t piece, const std::string& type) {
  Read out;
  auto reader = Multipart::of(type);
  EXPECT_TRUE(reader.ok()) << type;
  for (size_t at = 0; at < body.size() && out.status.ok(); at += piece) {
    out.status = reader->take(
        bytes(std::string_view(body).substr(at, piece)),
        [&](const std::string& text) {
          out.description += text;
          return ok();
        },
        [&](std::span<const std::byte> more) {
          out.content.append(reinterpret_cast<const char*>(more.data()), more.size());
          return ok();
        });
  }
  out.whole = reader->whole();
  return out;
}

TEST(multipart, is_read_in_pieces_of_every_size) {
  const std::string content = "\r\n--b\r\n--\r\n\r\n--boundar\r\nbytes\r\n";
  const std::string body =
      cat("--boundary\r\ncontent-type: application/json\r\n\r\n{\"name\":\"x\"}\r\n--boundary\r\n",
          "content-type: */*\r\n\r\n", content, "\r\n--boundary--\r\n");
  for (size_t piece = 1; piece <= body.size(); ++piece) {
    const Read got = read(body, piece, "multipart/related; boundary=\"boundary\"");
    ASSERT_TRUE(got.status.ok()) << got.status.error().text();
    EXPECT_TRUE(got.whole);
    EXPECT_EQ(got.description, "{\"name\":\"x\"}");
    EXPECT_EQ(got.content, content) << piece;
  }
}

TEST(multipart, parts_may_be_empty_and_a_preamble_has_no_meaning) {
  const Read got = read("before\r\n--b\r\n\r\n\r\n--b\r\n\r\n\r\n--b--after", 3,
                        "multipart/related; boundary=b; charset=x");
  EXPECT_TRUE(got.status.ok() && got.whole);
  EXPECT_EQ(got.description + got.content, "");
}

TEST(multipart, refuses_what_is_not_of_that_form) {
  for (const char* type : {"", "application/json", "multipart/related",
                           "multipart/related; boundary=", "multipart/related; boundary=\"\""})
    EXPECT_FALSE(Multipart::of(type).ok()) << type;
  const char* type = "multipart/related; boundary=b";
  EXPECT_FALSE(read("--b\r\n\r\n{}\r\n--b--", 5, type).status.ok());
  EXPECT_FALSE(read(std::string(200'000, 'x'), 1000, type).status.ok());
  EXPECT_FALSE(read("--b\r\n\r\n" + std::string(200'000, 'x'), 1000, type).status.ok());
  EXPECT_FALSE(read("--b\r\n\r\n{}\r\n--b\r\n\r\nbytes", 5, type).whole);
}

TEST(crc32c, agrees_with_the_vectors_of_rfc_3720) {
  EXPECT_EQ(crc32c(bytes("")), 0u);
  EXPECT_EQ(crc32c(bytes("123456789")), 0xe3069283u);
  EXPECT_EQ(crc32c(bytes(std::string(32, '\0'))), 0x8a9136aau);
  EXPECT_EQ(crc32c(bytes(std::string(32, '\xff'))), 0x62a8ab43u);
  std::string counting;
  for (char c = 0; c < 32; ++c) counting += c;
  EXPECT_EQ(crc32c(bytes(counting)), 0x46dd794eu);
  EXPECT_EQ(crc32c_text(0xe3069283), "4waSgw==");
  for (size_t cut = 0; cut <= counting.size(); ++cut) {
    const uint32_t first = crc32c(bytes(std::string_view(counting).substr(0, cut)));
    EXPECT_EQ(crc32c(bytes(std::string_view(counting).substr(cut)), first), 0x46dd794eu) << cut;
  }
}

}  // namespace
}  // namespace samara::hub
