#define SAMARA_BODY sigmoid16_sse41
#include "engine/kernels/sigmoid16/sigmoid16.body.inl"
