// libzstd, loaded by name: a device that gets no deltas needs none.
#pragma once

// The names of patch-from's parameters are stable since 1.4.5.
#include <zstd.h>

#include "samara/base/result.h"

namespace samara::delta {

struct Library {
  decltype(&ZSTD_createCCtx) create_compressor = nullptr;
  decltype(&ZSTD_freeCCtx) free_compressor = nullptr;
  decltype(&ZSTD_CCtx_setParameter) set_parameter = nullptr;
  decltype(&ZSTD_CCtx_refPrefix) compress_against = nullptr;
  decltype(&ZSTD_compress2) compress = nullptr;
  decltype(&ZSTD_compressBound) bound = nullptr;
  decltype(&ZSTD_createDCtx) create_decompressor = nullptr;
  decltype(&ZSTD_freeDCtx) free_decompressor = nullptr;
  decltype(&ZSTD_DCtx_refPrefix) decompress_against = nullptr;
  decltype(&ZSTD_decompressDCtx) decompress = nullptr;
  decltype(&ZSTD_isError) is_error = nullptr;
  decltype(&ZSTD_getErrorName) error_name = nullptr;
};

/// Loads it at the first call; afterwards the same answer.
Result<const Library*> library();

}  // namespace samara::delta
