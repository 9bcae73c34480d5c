#define SAMARA_BODY dwconv_f32_avx2
#include "engine/kernels/dwconv_f32/dwconv_f32.body.inl"
