#include "fleet/trust/store.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "fleet/trust/names.h"

namespace samara::trust {
namespace {

constexpr uint64_t kMostFile = 16 << 20;
constexpr size_t kMostName = 200;  // leaves room for what writing by rename appends

class FolderStore : public Store {
 public:
  explicit FolderStore(std::string folder) : folder_(std::move(folder)) {}
  Result<std::string> load(std::string_view role) override {
    return read_file(path(role), kMostFile);
  }
  Status save(std::string_view role, std::string_view bytes) override {
    return write_file(path(role), bytes);
  }

 private:
  std::string path(std::string_view role) const {
    std::string name = encode(role);
    if (name.size() > kMostName)
      name = sha256_hex(std::as_bytes(std::span(role.data(), role.size())));
    return cat(folder_, "/", name, ".json");
  }
  std::string folder_;
};

}  // namespace

std::unique_ptr<Store> folder_store(std::string folder) {
  return std::make_unique<FolderStore>(std::move(folder));
}

}  // namespace samara::trust
