// samara._native: the engine's Model and Interpreter for the Python files beside it, which make of
// them what programs call.
#include "native/model.h"
#include "samara/version.h"

NB_MODULE(_native, module) {
  module.attr("version") = samara::kVersion;
  samara::python::define_model(module);
  samara::python::define_interpreter(module);
}
