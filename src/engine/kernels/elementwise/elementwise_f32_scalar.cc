#define SAMARA_SIMD_PORTABLE
#define SAMARA_BODY elementwise_f32_scalar
#include "engine/kernels/elementwise/elementwise.body.inl"
