// The options of built-in operators as the structures of builtin_op_data.h.
#pragma once

#include <cstddef>
#include <memory>

#include "samara/schema/model_file.h"

namespace samara::tflite_abi {

using BuiltinData = std::unique_ptr<std::byte[]>;

/// What builtin_data points at; null for operators without such a structure.
BuiltinData builtin_data(const schema::OperatorCode& code, const schema::Operator& op);

}  // namespace samara::tflite_abi
