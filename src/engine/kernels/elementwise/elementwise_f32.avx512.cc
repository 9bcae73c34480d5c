#define SAMARA_BODY elementwise_f32_avx512
#include "engine/kernels/elementwise/elementwise.body.inl"
