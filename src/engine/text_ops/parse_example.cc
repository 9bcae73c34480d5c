// ParseExample: features of serialized tf.Examples as tensors; a key is a tensor of its own. Custom
// operator, version 1.
#include "engine/text_ops/example/example.h"

namespace samara::text_ops {

extern constinit const OpDef parse_example = define_parse_example<false>("ParseExample");

}  // namespace samara::text_ops
