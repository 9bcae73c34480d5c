#define SAMARA_BODY dwconv_f32_neon
#include "engine/kernels/dwconv_f32/dwconv_f32.body.inl"
