#include "base/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/text.h"

namespace samara {

Result<TemporaryFolder> TemporaryFolder::make() {
  const char* where = std::getenv("TMPDIR");
  std::string path = cat(where && *where ? where : "/tmp", "/samara_XXXXXX");
  if (!::mkdtemp(path.data())) return system_error(errno, cat("make the folder ", path));
  return TemporaryFolder(std::move(path));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace samara
