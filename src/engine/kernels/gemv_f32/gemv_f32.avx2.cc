#define SAMARA_BODY gemv_f32_avx2
#include "engine/kernels/gemv_f32/gemv_f32.body.inl"
