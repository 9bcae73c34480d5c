#include "fleet/io/blobs/s3/answers.h"

#include <charconv>
#include <ctime>

#include "base/text.h"
#include "base/try.h"

namespace samara::blobs::s3 {
namespace {

std::string resolved(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'},   {"&lt;", '<'},  {"&gt;", '>'},   {"&quot;", '"'},
      {"&apos;", '\''}, {"&#34;", '"'}, {"&#39;", '\''}, {"&#43;", '+'}};
  std::string out;
  while (!text.empty()) {
    size_t taken = 1;
    char c = text[0];
    for (const auto& [entity, value] : kEntities) {
      if (!text.starts_with(entity)) continue;
      taken = entity.size();
      c = value;
    }
    out += c;
    text.remove_prefix(taken);
  }
  return out;
}

/// What lies between <name> and </name>, and in `rest` what follows.
std::optional<std::string_view> inner(std::string_view xml, std::string_view name,
                                      std::string_view* rest = nullptr) {
  const std::string open = cat("<", name, ">"), close = cat("</", name, ">");
  const size_t begin = xml.find(open);
  if (begin == xml.npos) return std::nullopt;
  const size_t from = begin + open.size(), end = xml.find(close, from);
  if (end == xml.npos) return std::nullopt;
  if (rest) *rest = xml.substr(end + close.size());
  return xml.substr(from, end - from);
}

Result<Object> read_object(std::string_view xml) {
  Object out;
  const auto key = element(xml, "Key"), size = element(xml, "Size"),
             modified = element(xml, "LastModified");
  const auto time = modified ? time_of(*modified) : std::nullopt;
  const auto end = size ? std::from_chars(size->data(), size->data() + size->size(), out.size)
                        : std::from_chars_result{};
  if (!key || !time || !size || end.ec != std::errc() || end.ptr != size->data() + size->size())
    return Error(Code::data_loss, "the storage's list has an entry without key, size or time");
  out.key = *key;
  out.modified = *time;
  return out;
}

}  // namespace

std::optional<std::string> element(std::string_view xml, std::string_view name) {
  const auto text = inner(xml, name);
  return text ? std::optional(resolved(*text)) : std::nullopt;
}

Result<Page> read_page(std::string_view xml) {
  if (xml.find("<ListBucketResult") == xml.npos || xml.find("</ListBucketResult>") == xml.npos)
    return Error(Code::data_loss, "the storage did not answer with a list");
  Page out;
  std::string_view rest = xml;
  while (const auto entry = inner(rest, "Contents", &rest)) {
    TRY_SET(Object object, read_object(*entry));
    out.objects.push_back(std::move(object));
  }
  if (element(xml, "IsTruncated") == "true") {
    out.next = element(xml, "NextContinuationToken").value_or("");
    if (out.next.empty()) return Error(Code::data_loss, "the storage's list ends in the middle");
  }
  return out;
}

std::string reason_of(std::string_view xml) {
  const auto code = element(xml, "Code"), message = element(xml, "Message");
  if (!code) return "";
  return cat(code->substr(0, 100), ": ", message.value_or("").substr(0, 500));
}

std::optional<int64_t> time_of(const std::string& text) {
  for (const char* form : {"%a, %d %b %Y %H:%M:%S GMT", "%Y-%m-%dT%H:%M:%S"}) {
    std::tm parts = {};
    const char* end = ::strptime(text.c_str(), form, &parts);
    if (end && (*end == 0 || *end == '.' || *end == 'Z')) return ::timegm(&parts);
  }
  return std::nullopt;
}

}  // namespace samara::blobs::s3
