// What stands in for libraries that this build does without: their formats are still told apart, and
// refused with the reason.
#include "samara/files/inflate.h"
#include "tasks/files/decoder.h"

namespace samara::files {
namespace {

[[maybe_unused]] Result<Decoded> refuse(std::span<const std::byte>, const ImageLimits&) {
  return Error(Code::unsupported, "this build has no library that reads it");
}
[[maybe_unused]] bool is_jpeg(std::span<const std::byte> b) {
  return starts_with(b, "\xff\xd8\xff");
}
[[maybe_unused]] bool is_png(std::span<const std::byte> b) { return starts_with(b, "\x89PNG"); }
[[maybe_unused]] bool is_webp(std::span<const std::byte> b) {
  return starts_with(b, "RIFF") && starts_with(b, "WEBP", 8);
}

}  // namespace

#if SAMARA_WITHOUT_JPEG
extern constinit const Decoder jpeg{"JPEG", is_jpeg, refuse};
#endif
#if SAMARA_WITHOUT_PNG
extern constinit const Decoder png{"PNG", is_png, refuse};
#endif
#if SAMARA_WITHOUT_WEBP
extern constinit const Decoder webp{"WebP", is_webp, refuse};
#endif

#if SAMARA_WITHOUT_ZLIB
Status inflate(std::span<const std::byte>, std::span<std::byte>) {
  return Error(Code::unsupported, "this build has no library that inflates");
}
InflateHook& inflate_hook() {
  static constexpr auto kHook = [](std::span<const std::byte> in, std::span<std::byte> out) {
    return inflate(in, out);
  };
  static InflateHook hook(kHook);
  return hook;
}
#endif

}  // namespace samara::files
