// Where a hub keeps what it has: flags that its serving commands share.
#pragma once

#include <memory>
#include <string>

#include "cli/args/args.h"
#include "hub/signing/repository.h"
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

}  // namespace samara::cli
