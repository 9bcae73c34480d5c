#include "fleet/delivery/slots.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/json/json.h"

namespace samara::delivery {
namespace {

using json::Json;

constexpr std::string_view kMagic = "samara-store 1 ";
constexpr size_t kMostText = 2048;

Error broken(std::string_view what) { return Error(Code::data_loss, cat("the record has ", what)); }

std::string sealed(const Json& value) {
  const std::string body = value.dump(2) + "\n";
  return cat(kMagic, sha256_hex(std::as_bytes(std::span(body))), "\n", body);
}

Result<Json> unsealed(std::string_view text) {
  const size_t head = kMagic.size() + 64 + 1;
  if (text.size() < head || !text.starts_with(kMagic) || text[head - 1] != '\n')
    return broken("no head");
  const std::string_view body = text.substr(head);
  if (sha256_hex(std::as_bytes(std::span(body))) != text.substr(kMagic.size(), 64))
    return broken("a wrong checksum");
  auto value = json::parse(body);
  if (!value.ok()) return broken("no JSON");
  return value;
}

Json to_json(const Entry& e) {
  Json out = Json::object(
      {{"version", e.version}, {"sha256", e.sha256}, {"size", e.size}, {"source", e.source}});
  if (!e.golden.empty()) out.set("golden", e.golden);
  return out;
}

std::string text_of(const Json& object, std::string_view key) {
  const Json* member = object.find(key);
  return member && member->as_string() ? *member->as_string() : std::string();
}
uint64_t number_of(const Json& object, std::string_view key) {
  const Json* member = object.find(key);
  const auto value = member ? member->as_integer() : std::nullopt;
  return value && *value > 0 ? static_cast<uint64_t>(*value) : 0;
}
uint32_t count_of(const Json& object, std::string_view key) {
  return static_cast<uint32_t>(std::min<uint64_t>(number_of(object, key), 1'000'000));
}

bool flag_of(const Json& object, std::string_view key) {
  const Json* member = object.find(key);
  return member && member->as_bool() && *member->as_bool();
}

Result<Entry> entry_of(const Json& object) {
  Entry out = {text_of(object, "version"), text_of(object, "sha256"), number_of(object, "size"),
               text_of(object, "source"), text_of(object, "golden")};
  if (const auto fit = check_entry(out); !fit.ok()) return broken(fit.error().message());
  return out;
}

Status read_slot(const Json& object, std::string_view key, std::optional<Entry>* out) {
  const Json* member = object.find(key);
  if (!member) return ok();
  TRY_SET(*out, entry_of(*member));
  return ok();
}

}  // namespace

const Refusal* Slots::refusal(std::string_view sha256) const {
  const auto found = std::find_if(refused.begin(), refused.end(),
                                  [&](const Refusal& r) { return r.sha256 == sha256; });
  return found == refused.end() ? nullptr : &*found;
}

Status check_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (name.empty() || name.size() > 128 || name[0] == '.' ||
      !std::all_of(name.begin(), name.end(), good))
    return Error(Code::invalid_argument,
                 "a model's name is 1 to 128 letters, digits, '.', '_' and '-', no '.' first");
  return ok();
}

Status check_entry(const Entry& entry) {
  const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (entry.sha256.size() != 64 || !std::all_of(entry.sha256.begin(), entry.sha256.end(), digit))
    return Error(Code::invalid_argument, "a hash that is not 64 lower-case hexadecimal digits");
  if (entry.version.size() > kMostText || entry.source.size() > kMostText)
    return Error(Code::invalid_argument, cat("a version or source of over ", kMostText, " bytes"));
  if (entry.golden.size() > kMostGolden)
    return Error(Code::invalid_argument, cat("golden inputs of over ", kMostGolden, " bytes"));
  return ok();
}

std::string dump(const Slots& s) {
  Json out = Json::object({{"generation", s.generation}});
  const auto slot = [&](std::string_view key, const std::optional<Entry>& entry) {
    if (entry) out.set(key, to_json(*entry));
  };
  slot("wanted", s.wanted);
  slot("staged", s.staged);
  slot("current", s.current);
  slot("previous", s.previous);
  out.set("proven", s.proven).set("starts", s.starts).set("pinned", s.pinned);
  out.set("judgings", s.judgings);
  Json refused = Json::array();
  for (const Refusal& r : s.refused)
    refused.push(Json::object(
        {{"version", r.version}, {"sha256", r.sha256}, {"reason", r.reason}, {"at_ms", r.at_ms}}));
  return sealed(out.set("refused", std::move(refused)));
}

Result<Slots> parse_slots(std::string_view text) {
  TRY_SET(const Json object, unsealed(text));
  Slots out;
  out.generation = number_of(object, "generation");
  if (out.generation == 0) return broken("no generation");
  TRY(read_slot(object, "wanted", &out.wanted));
  TRY(read_slot(object, "staged", &out.staged));
  TRY(read_slot(object, "current", &out.current));
  TRY(read_slot(object, "previous", &out.previous));
  out.proven = flag_of(object, "proven");
  out.starts = count_of(object, "starts");
  out.judgings = count_of(object, "judgings");
  out.pinned = text_of(object, "pinned");
  const Json* refused = object.find("refused");
  if (!refused || !refused->as_array() || refused->as_array()->size() > kMostRefusals)
    return broken("no list of refusals");
  for (const Json& r : *refused->as_array())
    out.refused.push_back({text_of(r, "version"), text_of(r, "sha256"), text_of(r, "reason"),
                           static_cast<int64_t>(number_of(r, "at_ms"))});
  return out;
}

std::string dump(const Trace& trace) {
  return sealed(Json::object({{"entry", to_json(trace.entry)},
                              {"generation", trace.generation},
                              {"proven", trace.proven}}));
}

Result<Trace> parse_trace(std::string_view text) {
  TRY_SET(const Json object, unsealed(text));
  const Json* entry = object.find("entry");
  if (!entry) return broken("no entry");
  Trace out;
  TRY_SET(out.entry, entry_of(*entry));
  out.generation = number_of(object, "generation");
  out.proven = flag_of(object, "proven");
  return out;
}

}  // namespace samara::delivery
