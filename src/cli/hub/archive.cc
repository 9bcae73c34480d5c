#include "cli/hub/archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::cli {
namespace {

/// The value: whether tar is content.
Result<bool> run_tar(const std::vector<std::string>& words) {
  const mode_t before = ::umask(0077);
  const auto done = run_process(words, false);
  ::umask(before);
  if (!done.ok() && done.error().code() == Code::not_found)
    return Error(Code::failed_precondition, "there is no program tar here");
  if (!done.ok()) return done.error();
  return done->exit_code == 0;
}

Status sync_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  return good ? ok() : system_error(error, "sync " + path);
}

}  // namespace

Status pack_folder(const std::string& folder, const std::string& file) {
  if (file_identity(file).ok())
    return Error(Code::failed_precondition, cat(file, " is there already"));
  const std::string part = file + ".part";
  TRY_SET(const bool packed,
          run_tar({"tar", "--create", "--file", part, "--directory", folder, "."}));
  Status done = packed ? sync_file(part) : Error(Code::io, cat("tar cannot write ", part));
  if (done.ok() && ::rename(part.c_str(), file.c_str()) != 0)
    done = system_error(errno, "make " + file);
  if (done.ok()) return sync_folder(folder_of(file));
  ::unlink(part.c_str());
  return done;
}

Result<TemporaryFolder> unpack(const std::string& file) {
  TRY(File::open(file));
  TRY_SET(TemporaryFolder out, TemporaryFolder::make());
  TRY_SET(const bool good, run_tar({"tar", "--extract", "--no-same-owner", "--file", file,
                                    "--directory", out.path()}));
  if (!good) return Error(Code::data_loss, cat(file, " is no archive, or is damaged"));
  return out;
}

}  // namespace samara::cli
