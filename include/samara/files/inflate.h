// Unpacking of deflated data (RFC 1951), for the members of zip archives.
#pragma once

#include <cstddef>
#include <span>

#include "samara/base/export.h"
#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara::files {

/// Unpacks `deflated`, a bare deflate stream, into `out`, which it must fill exactly.
///
/// Errors   data_loss           damaged, cut short, or of another size
///          resource_exhausted  memory
/// Threads  any
SAMARA_API Status inflate(std::span<const std::byte> deflated, std::span<std::byte> out);

using InflateHook =
    FunctionRef<Status(std::span<const std::byte> deflated, std::span<std::byte> out)>;

/// inflate() in the form that the model loader takes, which has none of its own:
/// options.open.inflate = &files::inflate_hook(). It lives as long as the program.
SAMARA_API InflateHook& inflate_hook();

}  // namespace samara::files
