#define SAMARA_BODY gemm_f32_8x32_avx512
#define SAMARA_ROWS 8
#include "engine/kernels/gemm_f32/gemm_f32.body.inl"
