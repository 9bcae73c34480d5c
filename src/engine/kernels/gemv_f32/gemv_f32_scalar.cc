#define SAMARA_SIMD_PORTABLE
#define SAMARA_BODY gemv_f32_scalar
#include "engine/kernels/gemv_f32/gemv_f32.body.inl"
