// HubClient: the commands' side of a hub's API.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/args/args.h"
#include "fleet/io/http/http.h"
#include "fleet/io/json/json.h"
#include "samara/base/result.h"

namespace samara::cli {

/// Which hub, as whom; each empty member is taken from the environment (SAMARA_HUB,
/// SAMARA_HUB_TOKEN, SAMARA_HUB_PROJECT), else from what `samara hub login` has written.
struct HubFlags {
  std::string hub, token, project, ca;
  bool json = false;
};
void declare_hub_flags(Args& args, HubFlags& flags);

/// Where `samara hub login` keeps it: $XDG_CONFIG_HOME/samara/hub.json or ~/.config/samara/hub.json.
std::string login_path();
Status save_login(const HubFlags& flags);

class HashedFile;
class Progress;

class HubClient {
 public:
  /// Errors   failed_precondition  no hub is named anywhere
  static Result<HubClient> open(const HubFlags& flags);

  /// "/v1/projects/<project>" and what follows.
  std::string in_project(std::string_view path) const;
  const HubFlags& flags() const { return flags_; }

  /// One call; the value is the answer's JSON, null where there is none.
  ///
  /// Errors   what the hub says, by its status: 401 and 403 permission_denied, 404 not_found,
  ///          409 failed_precondition, 422 invalid_model, 429 and 503 unavailable
  Result<json::Json> call(std::string_view method, const std::string& path,
                          const json::Json& body = {});

  /// The same, but waits and asks again while the hub has no time for it.
  Result<json::Json> call_patiently(std::string_view method, const std::string& path,
                                    const json::Json& body);

  /// Sends a file's bytes to an upload, piece by piece, going on where a cut left off.
  Status upload(const std::string& name, const std::string& file);
  /// Fetches a blob to `path`, going on with what lies in `path`.part, and checks its hash.
  Status download(const std::string& sha256, uint64_t size, const std::string& path);

 private:
  explicit HubClient(HubFlags flags, std::unique_ptr<http::Client> http)
      : flags_(std::move(flags)), http_(std::move(http)) {}
  http::Request request(std::string_view method, const std::string& path) const;
  Status fetch(http::Request request, const std::string& sha256, HashedFile& partial,
               Progress& progress);
  Status send_piece(const std::string& path, std::string piece, uint64_t offset);

  HubFlags flags_;
  std::unique_ptr<http::Client> http_;
};

/// Progress of bytes on stderr, where that is a terminal: a bar, per cent and rate.
class Progress {
 public:
  Progress(std::string what, uint64_t total);
  ~Progress();
  void at(uint64_t bytes);

 private:
  std::string what_;
  uint64_t total_ = 0, first_ = UINT64_MAX;
  bool shown_ = false;
  int64_t started_ms_ = 0, last_ms_ = 0;
};

/// Prints lists as aligned columns; the first row is the heading.
std::string columns(const std::vector<std::vector<std::string>>& rows);
/// A member as text: strings as they are, lists with blanks between.
std::string text_of(const json::Json& object, std::string_view member);

}  // namespace samara::cli
