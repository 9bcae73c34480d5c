#include "hub/signing/keys.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/key_file.h"
#include "fleet/trust/layout.h"
#include "fleet/trust/names.h"

namespace samara::hub {
namespace {

constexpr std::string_view kSuffix = ".pem";

Status make_private_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return sync_folder(folder_of(path));
  return errno == EEXIST ? ok() : system_error(errno, cat("make the folder ", path));
}

/// A new key takes its name only once it is whole on the disk.
Status make_key(const std::string& path) {
  TRY_SET(const crypto::PrivateKey key, crypto::PrivateKey::generate(crypto::KeyKind::ed25519));
  TRY_SET(const crypto::Secret pem, key.pem());
  const std::string arriving = path + ".new";
  file_system().unlink(arriving.c_str());  // left by a hub that was killed here
  TRY(crypto::write_private(arriving, pem.view()));
  if (file_system().rename(arriving.c_str(), path.c_str()) != 0)
    return system_error(errno, cat("keep file ", path));
  return sync_folder(folder_of(path));
}

}  // namespace

Result<std::vector<Keys::Named>> Keys::of(const std::string& project) const {
  const std::string folder = cat(folder_, "/", project);
  TRY(make_private_folder(folder_));
  TRY(make_private_folder(folder));
  TRY_SET(std::vector<std::string> files, list_folder(folder));
  for (const std::string_view role : {trust::kTimestamp, trust::kSnapshot, trust::kOnline}) {
    const std::string name = cat(role, kSuffix);
    if (std::find(files.begin(), files.end(), name) != files.end()) continue;
    TRY(make_key(cat(folder, "/", name)));
    files.push_back(name);
  }
  std::vector<Named> out;
  for (const std::string& name : files) {
    if (!name.ends_with(kSuffix)) continue;
    const auto where = [&] { return cat("the hub's key file ", project, "/", name); };
    TRY_SET(const crypto::Secret pem, crypto::read_secret(cat(folder, "/", name)).in(where));
    TRY_SET(crypto::PrivateKey key, crypto::PrivateKey::from_pem(pem.view()).in(where));
    TRY_SET(trust::Signer signer, trust::Signer::of(std::move(key)));
    out.push_back({name.substr(0, name.size() - kSuffix.size()), std::move(signer)});
  }
  return out;
}

}  // namespace samara::hub
