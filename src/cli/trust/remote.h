// A repository of The Update Framework behind an address: what the commands ask it through.
#pragma once

#include <memory>
#include <string>

#include "fleet/io/http/http.h"
#include "fleet/trust/client.h"

namespace samara::cli {

/// Fetches files below `address`. 403 and 404 are not_found: stores for files answer 403 where they
/// do not list what they have.
trust::Fetch fetch_below(std::shared_ptr<http::Client> client, std::string address);

/// Brings a target to `path`, checked while it comes in: it is there whole or not at all. One that
/// is there already is left.
Status download(http::Client& client, const std::string& url, const trust::TargetFile& target,
                const std::string& path);

/// Seconds since 1970, as this machine believes.
int64_t now();

}  // namespace samara::cli
