// Files below an address, as trust::Client asks for them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fleet/io/http/http.h"
#include "fleet/trust/client.h"

namespace samara::agent {

/// The one file whose name has no version, the timestamp, is asked for by its ETag: one that has not
/// changed costs next to nothing. 403 and 404 are not_found, as for http::Client::get().
trust::Fetch fetch_below(std::shared_ptr<http::Client> client, std::string address,
                         std::vector<http::Header> headers = {});

}  // namespace samara::agent
