#define SAMARA_SIMD_PORTABLE
#define SAMARA_BODY dwconv_f32_scalar
#include "engine/kernels/dwconv_f32/dwconv_f32.body.inl"
