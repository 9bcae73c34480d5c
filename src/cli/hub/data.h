// Where a hub keeps what it has: flags that its serving commands share.
#pragma once

#include <memory>
#include <string>

#include "cli/args/args.h"
#include "hub/signing/repository.h"
#include "hub/store/backup.h"
#include "hub/store/store.h"

namespace samara::cli {

struct HubData {
  std::string folder = "samara-hub";
  std::string database;  // empty: SQLite in the folder
  std::string keys;      // empty: a folder below it
  std::string blobs;     // empty: a folder below it
};

void declare_hub_data(Args& args, HubData& data);

/// Makes the folder where it is not there.
Result<std::unique_ptr<hub::Store>> open_hub_store(const HubData& data);
Result<std::unique_ptr<blobs::Store>> open_hub_blobs(const HubData& data);
/// The keys that the hub signs with.
hub::Keys hub_keys(const HubData& data);

/// The database of a hub that is there, its tables as they are.
///
/// Errors   not_found  there is no hub
Result<std::unique_ptr<database::Database>> open_hub_database(const HubData& data);
/// What stands for the database: its address, or SQLite's file.
std::string database_place(const HubData& data);
std::string keys_folder(const HubData& data);

/// Tells on stdout what a backup holds.
void print_backup(const std::string& what, const hub::BackupReport& report, bool json);

}  // namespace samara::cli
