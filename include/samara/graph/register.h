// How a shared object brings operators: it exports the two functions below. Model loads it by
// ModelOptions::ops_libraries, the program by --ops-library FILE; examples/own_op shows one.
#pragma once

#include <cstdint>

#include "samara/graph/op.h"

/// Version of what lies between the program and a library of operators: the layout of OpDef and
/// the functions that its operators call. A library made for another version is refused.
#define SAMARA_OPS_ABI 1

extern "C" {
/// Returns SAMARA_OPS_ABI as the library was compiled with it.
SAMARA_API uint32_t samara_ops_abi(void);
/// Calls add(context, op) for each operator. What it adds must live as long as the library, which
/// is never unloaded.
SAMARA_API void samara_register_ops(void* context,
                                    void (*add)(void* context, const samara::graph::OpDef* op));
}
