// MaxUnpooling2D: the reverse of max pooling with indices. Custom operator.
#include "engine/ops/shared/unpool.h"

namespace samara::ops {

extern constinit const OpDef max_unpooling_2d = define_unpool("MaxUnpooling2D");

}  // namespace samara::ops
