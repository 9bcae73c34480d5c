#define SAMARA_BODY sigmoid16_avx2
#include "engine/kernels/sigmoid16/sigmoid16.body.inl"
