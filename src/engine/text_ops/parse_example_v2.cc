// ParseExampleV2: features of serialized tf.Examples as tensors; keys of a kind are one vector. Custom
// operator, version 1.
#include "engine/text_ops/example/example.h"

namespace samara::text_ops {

extern constinit const OpDef parse_example_v2 = define_parse_example<true>("ParseExampleV2");

}  // namespace samara::text_ops
