#define SAMARA_BODY sigmoid16_avx512
#include "engine/kernels/sigmoid16/sigmoid16.body.inl"
