#define SAMARA_SIMD_PORTABLE
#define SAMARA_BODY gemm_f32_4x8_scalar
#define SAMARA_ROWS 4
#include "engine/kernels/gemm_f32/gemm_f32.body.inl"
