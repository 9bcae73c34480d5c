#define SAMARA_BODY elementwise_f32_neon
#include "engine/kernels/elementwise/elementwise.body.inl"
