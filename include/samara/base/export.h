// SAMARA_API marks what the shared library and the program export: the library is compiled with
// hidden visibility, so that only the public contract can be linked against.
#pragma once

#define SAMARA_API __attribute__((visibility("default")))
