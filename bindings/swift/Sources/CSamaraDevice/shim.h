/* The C API of the device library; its folder, include/ of the house or of an installed copy, is
 * among the compiler's own: swift build -Xcc -I../../include */
#pragma once

#include "samara/c/device.h"
