// Lines between programs of one machine, over a Unix socket: one asked, one answered. A file that is
// open may go with an answer: the one who asked gets a descriptor of it (SCM_RIGHTS of unix(7)).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "samara/base/result.h"

namespace samara::local {

constexpr size_t kMostLine = 4096;

struct Reply {
  std::string text;
  std::optional<File> file = {};
};

class LineServer {
 public:
  /// The answer to a line, both without their ends.
  using Answer = std::function<Reply(const std::string& line)>;

  /// Listens at `path`, or, where systemd has started this process by its socket, at that one. A
  /// socket left at `path` by a process that is gone is replaced.
  ///
  /// Errors   failed_precondition  somebody listens there already
  ///          invalid_argument     the path is too long for a socket
  ///          and those of the system
  static Result<LineServer> listen(const std::string& path, Answer answer);
  LineServer(LineServer&& other) noexcept;
  LineServer& operator=(LineServer&&) = delete;
  ~LineServer();

  /// Answers what comes in the next `most_ms` milliseconds, or until something has come.
  Status serve(int most_ms);
  size_t callers() const { return callers_.size(); }

 private:
  struct Caller {
    int fd = -1;
    std::string in;
    std::vector<Reply> out;
    int64_t heard_ms = 0;
  };
  LineServer(int fd, std::string path, Answer answer)
      : fd_(fd), path_(std::move(path)), answer_(std::move(answer)) {}
  Status accept();
  bool receive(Caller& caller);
  static bool send(Caller& caller);
  void let_go_of_the_silent();

  int fd_;
  std::string path_;  // empty: systemd's
  Answer answer_;
  std::vector<Caller> callers_;
};

/// Asks the server at `path` one line.
///
/// Errors   unavailable  nobody answers there within 5 s
Result<Reply> ask(const std::string& path, std::string_view line);

}  // namespace samara::local
