#include "cli/hub/client.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/hub/hashed_file.h"

namespace samara::cli {
namespace {

using json::Json;

constexpr size_t kPiece = 4 << 20;
constexpr int kTries = 6;
constexpr int64_t kJudging =
    900;  // seconds in which a hub says nothing while it judges a huge model

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

void take(std::string& into, std::string from) {
  if (into.empty()) into = std::move(from);
}

Error hub_error(int status, const std::string& body) {
  if (const auto parsed = json::parse(body); parsed.ok()) {
    const Json* error = parsed->find("error");
    const Json* message = error ? error->find("message") : nullptr;
    if (message && message->as_string()) return Error(http::code_of(status), *message->as_string());
  }
  return Error(http::code_of(status), cat("the hub answers with status ", status));
}

/// Waits longer each time: 0.2, 0.4, 0.8 ... seconds.
void pause_before_try(int tries) {
  std::this_thread::sleep_for(std::chrono::milliseconds(100 << std::min(tries, 6)));
}

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

void declare_hub_flags(Args& args, HubFlags& flags) {
  args.group("Hub");
  args.option("--hub", flags.hub, "the hub's address; else SAMARA_HUB, else that of 'hub login'");
  args.option("--token", flags.token, "else SAMARA_HUB_TOKEN, else that of 'hub login'");
  args.option("--project", flags.project, "else SAMARA_HUB_PROJECT, else that of 'hub login'");
  args.option("--ca", flags.ca, "PEM file of the authority that signed the hub's certificate");
  args.option("--json", flags.json, "print the result as JSON");
}

std::string login_path() {
  std::string folder = environment("XDG_CONFIG_HOME");
  if (folder.empty()) folder = environment("HOME") + "/.config";
  return folder + "/samara/hub.json";
}

Status save_login(const HubFlags& flags) {
  const std::string path = login_path();
  for (size_t at = 1; (at = path.find('/', at)) != path.npos; ++at) {
    if (::mkdir(path.substr(0, at).c_str(), 0700) != 0 && errno != EEXIST)
      return system_error(errno, "make the folder " + path.substr(0, at));
  }
  const mode_t before = ::umask(0077);  // it holds a token
  const Status done = write_file(path, Json::object({{"hub", flags.hub},
                                                     {"token", flags.token},
                                                     {"project", flags.project},
                                                     {"ca", flags.ca}})
                                               .dump(2) +
                                           "\n");
  ::umask(before);
  return done;
}

Result<HubClient> HubClient::open(const HubFlags& given) {
  HubFlags flags = given;
  take(flags.hub, environment("SAMARA_HUB"));
  take(flags.token, environment("SAMARA_HUB_TOKEN"));
  take(flags.project, environment("SAMARA_HUB_PROJECT"));
  if (const auto text = read_file(login_path(), 1 << 20); text.ok()) {
    TRY_SET(const Json saved, json::parse(*text).in([] { return "file " + login_path(); }));
    // A token is only ever sent to the hub that it was given for.
    if (flags.hub.empty() || flags.hub == text_of(saved, "hub")) {
      take(flags.token, text_of(saved, "token"));
      take(flags.project, text_of(saved, "project"));
      take(flags.ca, text_of(saved, "ca"));
    }
    take(flags.hub, text_of(saved, "hub"));
  }
  take(flags.project, "default");
  if (flags.hub.empty())
    return Error(Code::failed_precondition,
                 "no hub is named; 'samara hub login ADDRESS' remembers one, --hub names one");
  while (flags.hub.ends_with('/')) flags.hub.pop_back();
  http::Settings settings;
  settings.ca_file = flags.ca;
  TRY_SET(auto client, http::Client::create(settings));
  return HubClient(std::move(flags), std::move(client));
}

std::string HubClient::in_project(std::string_view path) const {
  return cat("/v1/projects/", flags_.project, path);
}

http::Request HubClient::request(std::string_view method, const std::string& path) const {
  http::Request out;
  out.method = std::string(method);
  out.url = flags_.hub + path;
  if (!flags_.token.empty()) out.headers.push_back({"Authorization", "Bearer " + flags_.token});
  return out;
}

Result<Json> HubClient::call(std::string_view method, const std::string& path, const Json& body) {
  http::Request asked = request(method, path);
  asked.slow_for_s = kJudging;
  if (!body.is_null()) {
    asked.headers.push_back({"Content-Type", "application/json"});
    asked.body = body.dump();
  }
  TRY_SET(const http::Response answer, http_->send(asked).in([&] { return "hub " + flags_.hub; }));
  if (answer.head.status < 200 || answer.head.status > 299)
    return hub_error(answer.head.status, answer.body).in("hub " + flags_.hub);
  if (answer.body.empty()) return Json();
  return json::parse(answer.body);
}

Result<Json> HubClient::call_patiently(std::string_view method, const std::string& path,
                                       const Json& body) {
  for (int tries = 1;; ++tries) {
    auto answer = call(method, path, body);
    if (answer.ok() || answer.error().code() != Code::unavailable || tries == 20) return answer;
    pause_before_try(tries);
  }
}

Status HubClient::send_piece(const std::string& path, std::string piece, uint64_t offset) {
  http::Request asked = request("PATCH", path);
  asked.headers.push_back({"Upload-Offset", cat(offset)});
  asked.headers.push_back({"Content-Type", "application/octet-stream"});
  asked.body = std::move(piece);
  TRY_SET(const http::Response answer, http_->send(asked));
  if (answer.head.status != 204) return hub_error(answer.head.status, answer.body);
  return ok();
}

Status HubClient::upload(const std::string& name, const std::string& path) {
  TRY_SET(const File file, File::open(path));
  TRY_SET(const FileIdentity id, file.identity());
  const std::string target = in_project("/uploads/" + name);
  Progress progress("uploading", id.size);
  int tries = 0;
  for (;;) {
    TRY_SET(const Json at, call("GET", target));
    const Json* member = at.find("offset");
    uint64_t offset = static_cast<uint64_t>(member ? member->as_integer().value_or(0) : 0);
    Status sent;
    while (sent.ok() && offset < id.size) {
      progress.at(offset);
      std::string piece(std::min<uint64_t>(kPiece, id.size - offset), '\0');
      TRY(file.read(offset, std::as_writable_bytes(std::span(piece))));
      const size_t size = piece.size();
      sent = send_piece(target, std::move(piece), offset);
      if (sent.ok()) {
        offset += size;
        tries = 0;
      }
    }
    if (sent.ok()) {
      progress.at(id.size);
      return ok();
    }
    if (sent.error().code() != Code::unavailable || ++tries == kTries) return sent;
    pause_before_try(tries);
  }
}

Status HubClient::fetch(http::Request request, const std::string& sha256, HashedFile& partial,
                        Progress& progress) {
  if (partial.size() > 0) {
    request.from = partial.size();
    request.if_range = cat("\"", sha256, "\"");
  }
  std::string refusal;
  int status = 0;
  const auto on_head = [&](const http::Head& head) -> Status {
    status = head.status;
    return status == 200 && partial.size() > 0 ? partial.clear() : ok();
  };
  const auto on_body = [&](std::span<const std::byte> bytes) -> Status {
    if (status != 200 && status != 206) {
      refusal.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return ok();
    }
    TRY(partial.append(bytes));
    progress.at(partial.size());
    return ok();
  };
  const auto done = http_->send(request, on_head, on_body, [] { return false; });
  if (status != 0 && status != 200 && status != 206) return hub_error(status, refusal);
  if (!done.ok()) return done.error();
  return ok();
}

Status HubClient::download(const std::string& sha256, uint64_t size, const std::string& path) {
  const std::string part = path + ".part";
  TRY_SET(HashedFile partial, HashedFile::open(part));
  if (partial.size() > size) TRY(partial.clear());
  Progress progress("downloading", size);
  for (int tries = 1; partial.size() < size; ++tries) {
    http::Request ask = request("GET", in_project("/blobs/" + sha256));
    ask.most_bytes = size;
    const Status done = fetch(std::move(ask), sha256, partial, progress);
    if (done.ok()) continue;
    if (done.error().code() != Code::unavailable || tries >= kTries) return done;
    pause_before_try(tries);
  }
  TRY_SET(const std::string got, partial.finish());
  if (got != sha256) {
    ::unlink(part.c_str());
    return Error(Code::data_loss,
                 cat("what came has the SHA-256 ", got, ", not ", sha256, "; it was thrown away"));
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return system_error(errno, "write " + path);
  return ok();
}

Progress::Progress(std::string what, uint64_t total)
    : what_(std::move(what)), total_(total), shown_(isatty(2) != 0), started_ms_(now_ms()) {}

Progress::~Progress() {
  if (shown_ && last_ms_) std::fputs("\n", stderr);
}

void Progress::at(uint64_t bytes) {
  first_ = std::min(first_, bytes);
  const int64_t now = now_ms();
  if (!shown_ || (now - last_ms_ < 100 && bytes < total_)) return;
  last_ms_ = now;
  const double share = total_ ? static_cast<double>(bytes) / static_cast<double>(total_) : 1;
  const double seconds = static_cast<double>(std::max<int64_t>(1, now - started_ms_)) / 1000;
  const int filled = static_cast<int>(share * 30);
  std::fprintf(stderr, "\r%s [%s%s] %3d %% of %.1f MB, %.1f MB/s ", what_.c_str(),
               std::string(static_cast<size_t>(filled), '#').c_str(),
               std::string(static_cast<size_t>(30 - filled), ' ').c_str(),
               static_cast<int>(share * 100), static_cast<double>(total_) / 1e6,
               static_cast<double>(bytes - first_) / 1e6 / seconds);
  std::fflush(stderr);
}

std::string columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      out += row[i] + (last ? "\n" : std::string(widths[i] - row[i].size() + 2, ' '));
    }
  }
  return out;
}

std::string text_of(const Json& object, std::string_view member) {
  const Json* found = object.find(member);
  if (!found || found->is_null()) return "";
  if (const std::string* text = found->as_string()) return *text;
  if (const Json::Array* items = found->as_array()) {
    std::string out;
    for (const Json& item : *items)
      out += (out.empty() ? "" : " ") + (item.as_string() ? *item.as_string() : item.dump());
    return out;
  }
  return found->dump();
}

}  // namespace samara::cli
