// What fuzz targets and the model server do with a model: load, plan and run it within small limits,
// over usual and over hostile inputs.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "samara/runtime/model.h"

namespace samara::fuzz {

/// Bytes that a model may ask for, and milliseconds that each step of it may take.
constexpr uint64_t kArena = uint64_t{64} << 20;
constexpr int64_t kStepMs = 500;

/// Loads and plans every signature.
Status load_and_plan(std::span<const std::byte> bytes, Numerics numerics);

/// Loads, plans and runs every signature twice: over values that models expect, and over bits of any
/// kind. The status is that of the first; `hostile` says what became of the second.
Status load_and_run(std::span<const std::byte> bytes, Numerics numerics, std::string* hostile);

}  // namespace samara::fuzz
