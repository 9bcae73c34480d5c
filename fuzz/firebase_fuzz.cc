// Any text as what comes through Firebase's doors of a hub: the first byte says as which of a signed
// link, an assertion, a list's filter, and a multipart body, which arrives in pieces of several sizes
// and must give the same at each.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "hub/firebase/assertion.h"
#include "hub/firebase/link.h"
#include "hub/firebase/multipart.h"
#include "hub/firebase/view.h"

namespace {

using namespace samara;  // NOLINT: a program

constexpr int64_t kNow = 1'800'000'000;

void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// What was described and what came of it; "" where it is no body of that form.
std::string received(std::string_view body, size_t most) {
  auto parts = hub::Multipart::of("multipart/related; boundary=b").value();
  std::string out;
  bool described = false;
  const auto on_description = [&](const std::string& text) {
    check(!described, "it is described once");
    described = true;
    out += text + '\n';
    return ok();
  };
  const auto on_bytes = [&](std::span<const std::byte> bytes) {
    check(described, "it is described before its bytes come");
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return ok();
  };
  for (size_t at = 0; at < body.size(); at += most) {
    const std::string_view piece = body.substr(at, most);
    if (!parts.take(std::as_bytes(std::span(piece)), on_description, on_bytes).ok()) return "";
  }
  return parts.whole() ? out : "";
}

void link(std::string_view text) {
  const auto read = hub::read_link(text);
  if (read.ok()) check(!hub::check_link(*read, "no key", kNow).ok(), "no key has signed it");
}

void assertion(std::string_view text) {
  const auto read = hub::read_assertion(text);
  if (read.ok())
    check(!hub::check_assertion(*read, "no key", read->audience, kNow).ok(),
          "no key has signed it");
}

void filter(std::string_view text) {
  hub::View view;
  view.listing.model.name = "digits";
  view.published = true;
  (void)hub::matches(text, view);
}

void multipart(std::string_view text) {
  const std::string whole = received(text, text.size() + 1);
  for (const size_t most : {1, 2, 3, 7})
    check(received(text, most) == whole, "a body is the same in whatever pieces it comes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr void (*kReaders[])(std::string_view) = {link, assertion, filter, multipart};
  if (size == 0) return 0;
  kReaders[data[0] % std::size(kReaders)]({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
