// What models need of the engine, and the build of a library that has that alone.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "fleet/io/json/json.h"
#include "samara/base/result.h"
#include "samara/schema/model_file.h"

namespace samara::cli {

struct Selection {
  std::set<std::string> operators;  // built in, by the models' names for them
  std::set<std::string> foreign;    // custom operators that are not
  std::set<Type> types;             // of tensors, and those that kernels take in their place
};

/// Errors: those of ModelFile::open(); unsupported (a builtin operator that this engine lacks).
Result<Selection> select_for(const std::vector<std::string>& models);
Status add_model(const schema::ModelFile& file, Selection& selection);

struct RuntimeBuild {
  std::string output = "libsamara.so";
  std::string source, folder = "samara-runtime";
  std::vector<std::string> arguments;
};

/// The arguments of CMake that configure it.
std::vector<std::string> configure_arguments(const Selection& selection, const RuntimeBuild& build,
                                             const std::string& source);

/// Builds by CMake, whose output goes to stderr; the library's bytes, which are stripped.
///
/// Errors   not_found (no sources there, no CMake); failed_precondition (the build failed); io
Result<uint64_t> build_runtime(const Selection& selection, const RuntimeBuild& build);

}  // namespace samara::cli
