// TRY and TRY_SET: leave the function with the error, or go on. Kept out of include/ because they
// are macros without our prefix.
#pragma once

#include "samara/base/result.h"

#define TRY(...)                                                  \
  do {                                                            \
    auto try_result_ = (__VA_ARGS__);                             \
    if (!try_result_.ok()) return std::move(try_result_).error(); \
  } while (false)

#define SAMARA_JOIN2(a, b) a##b
#define SAMARA_JOIN(a, b) SAMARA_JOIN2(a, b)
#define SAMARA_TRY_SET(temporary, target, ...)              \
  auto temporary = (__VA_ARGS__);                           \
  if (!temporary.ok()) return std::move(temporary).error(); \
  target = std::move(temporary).value()

/// TRY_SET(const Model model, open(path)); declares or assigns the value.
#define TRY_SET(target, ...) SAMARA_TRY_SET(SAMARA_JOIN(try_set_, __COUNTER__), target, __VA_ARGS__)
