// What the engine could not do, as a Python exception: samara.errors has a class for each code.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <utility>

#include "samara/base/result.h"

namespace samara::python {

namespace nb = nanobind;

[[noreturn]] inline void raise(const Error& error) {
  const std::string code(name(error.code()));
  const nb::object made =
      nb::module_::import_("samara.errors").attr("error_of")(code, error.brief());
  PyErr_SetObject(made.type().ptr(), made.ptr());
  throw nb::python_error();
}

inline void check(const Status& status) {
  if (!status.ok()) raise(status.error());
}
template <class T>
T value(Result<T> result) {
  if (!result.ok()) raise(result.error());
  return std::move(result).value();
}

}  // namespace samara::python
