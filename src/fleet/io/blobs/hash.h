// What an upload's bytes are: for the folders that keep blobs.
#pragma once

#include "fleet/io/blobs/blobs.h"

namespace samara::blobs {

/// The hash and size of a file.
Result<Blob> hash_file(const std::string& path);
/// Errors   data_loss  it is not the expected one (empty: any)
Status check_hash(const Blob& blob, std::string_view expected);

}  // namespace samara::blobs
