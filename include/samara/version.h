// The version of this source tree; the root CMakeLists.txt reads it from here.
#pragma once

namespace samara {
inline constexpr char kVersion[] = "0.1.0";
}  // namespace samara
