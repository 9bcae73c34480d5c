#define SAMARA_BODY elementwise_f32_avx2
#include "engine/kernels/elementwise/elementwise.body.inl"
