#include "cli/hub/data.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/json/json.h"

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
  return hub::Store::open(database_place(data));
}

Result<std::unique_ptr<database::Database>> open_hub_database(const HubData& data) {
  const std::string place = database_place(data);
  const auto none = [&] { return Error(Code::not_found, cat("there is no hub in ", place)); };
  // What is not there must not be made.
  if (data.database.empty() && !file_identity(place).ok()) return none();
  TRY_SET(auto database, database::Database::open(place));
  TRY_SET(const int64_t version, database->schema_version());
  if (version == 0) return none();
  return database;
}

std::string database_place(const HubData& data) {
  return data.database.empty() ? data.folder + "/hub.sqlite" : data.database;
}

std::string keys_folder(const HubData& data) {
  return data.keys.empty() ? data.folder + "/keys" : data.keys;
}

void print_backup(const std::string& what, const hub::BackupReport& report, bool json) {
  if (!json) {
    std::printf("%s: %llu blobs with %llu bytes, database at version %lld, %s keys\n", what.c_str(),
                static_cast<unsigned long long>(report.blobs),
                static_cast<unsigned long long>(report.bytes),
                static_cast<long long>(report.schema), report.keys ? "with" : "without");
    return;
  }
  const json::Json out = json::Json::object({{"blobs", report.blobs},
                                             {"bytes", report.bytes},
                                             {"schema", report.schema},
                                             {"keys", report.keys}});
  std::printf("%s\n", out.dump(2).c_str());
}

Result<std::unique_ptr<blobs::Store>> open_hub_blobs(const HubData& data) {
  const std::string folder = data.folder + "/store";
  return data.blobs.empty() ? blobs::open_folder(folder) : blobs::open_s3(data.blobs, folder);
}

hub::Keys hub_keys(const HubData& data) { return hub::Keys(keys_folder(data)); }

}  // namespace samara::cli
