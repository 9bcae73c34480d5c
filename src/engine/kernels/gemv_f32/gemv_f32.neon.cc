#define SAMARA_BODY gemv_f32_neon
#include "engine/kernels/gemv_f32/gemv_f32.body.inl"
