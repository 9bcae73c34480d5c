// Answers: what S3-compatible storage says, read from its XML and headers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "samara/base/result.h"

namespace samara::blobs::s3 {

struct Object {
  std::string key;
  uint64_t size = 0;
  int64_t modified = 0;  // seconds since 1970
};

/// One page of a list.
struct Page {
  std::vector<Object> objects;
  std::string next;  // what the following page is asked for with; empty: this is the last
};

/// The text within the first <name>...</name>, entities resolved; none: there is no such element.
std::optional<std::string> element(std::string_view xml, std::string_view name);
/// Errors   data_loss  it is no list
Result<Page> read_page(std::string_view xml);
/// "AccessDenied: ..." of an error's body; "" where it has no such form.
std::string reason_of(std::string_view xml);

/// Seconds since 1970 of "Sat, 21 Nov 2026 15:04:05 GMT" or "2026-11-21T15:04:05.000Z".
std::optional<int64_t> time_of(const std::string& text);

}  // namespace samara::blobs::s3
