// LiteRtMaxUnpooling2D: MaxUnpooling2D by the name that newer converters give it. Custom operator.
#include "engine/ops/shared/unpool.h"

namespace samara::ops {

extern constinit const OpDef litert_max_unpooling_2d = define_unpool("LiteRtMaxUnpooling2D");

}  // namespace samara::ops
