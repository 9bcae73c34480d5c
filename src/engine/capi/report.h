// Reporter: where errors of the C API go.
#pragma once

#include <cstdarg>
#include <string>

namespace samara::capi {

/// The caller's function, or stderr, which gets "ERROR: ..." lines as TensorFlow Lite prints them.
struct Reporter {
  void (*function)(void* user_data, const char* format, va_list args) = nullptr;
  void* user_data = nullptr;
  void operator()(const std::string& text) const;
};

/// Tells once in the life of the process, on stderr, what became of something that a program asked
/// for. `what` is a literal.
void say_once(const char* what);

}  // namespace samara::capi
