#define SAMARA_BODY sigmoid16_neon
#include "engine/kernels/sigmoid16/sigmoid16.body.inl"
