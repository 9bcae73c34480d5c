#define SAMARA_BODY gemm_f32_6x16_avx2
#define SAMARA_ROWS 6
#include "engine/kernels/gemm_f32/gemm_f32.body.inl"
