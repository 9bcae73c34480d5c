// A build without the library.
#ifdef SAMARA_WITHOUT_ZSTD
#include "fleet/io/delta/codec.h"

namespace samara::delta {
Result<std::unique_ptr<Codec>> Codec::create() {
  return Error(Code::unsupported, "this build has no deltas: it was made without libzstd");
}
}  // namespace samara::delta
#endif
