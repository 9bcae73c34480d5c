#include "cli/hub/data.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"
#include "base/text.h"

namespace samara::cli {

void declare_hub_data(Args& args, HubData& data) {
  args.option("--data", data.folder, "the folder that the hub keeps its files in");
  args.option("--database", data.database,
              "postgres://user@host/name; without it SQLite in the data folder");
  args.option("--blobs", data.blobs,
              "s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION, its keys in "
              "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or ~/.aws/credentials; without it a "
              "folder in the data folder");
  args.option("--keys", data.keys,
              "the folder of the keys that the hub signs with; without it one in the data folder");
}

Result<std::unique_ptr<hub::Store>> open_hub_store(const HubData& data) {
  // Its tokens' hashes and its keys are nobody else's to read.
  if (::mkdir(data.folder.c_str(), 0700) != 0 && errno != EEXIST)
    return system_error(errno, cat("make the folder ", data.folder));
  return hub::Store::open(data.database.empty() ? data.folder + "/hub.sqlite" : data.database);
}

Result<std::unique_ptr<blobs::Store>> open_hub_blobs(const HubData& data) {
  const std::string folder = data.folder + "/store";
  return data.blobs.empty() ? blobs::open_folder(folder) : blobs::open_s3(data.blobs, folder);
}

hub::Keys hub_keys(const HubData& data) {
  return hub::Keys(data.keys.empty() ? data.folder + "/keys" : data.keys);
}

}  // namespace samara::cli
