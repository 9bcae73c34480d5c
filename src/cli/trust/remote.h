// A repository of The Update Framework behind an address: what the commands ask it through.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fleet/io/http/http.h"
#include "fleet/trust/client.h"

namespace samara::cli {

/// Brings a target to `path`, checked while it comes in: it is there whole or not at all. One that
/// is there already is left.
Status download(http::Client& client, const std::string& url, const trust::TargetFile& target,
                const std::string& path);

/// Seconds since 1970, as this machine believes.
int64_t now();

}  // namespace samara::cli
