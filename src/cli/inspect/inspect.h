// What is in a model file, as JSON values; the text form is printed from the same values.
#pragma once

#include "cli/shared/model.h"
#include "fleet/io/json/json.h"
#include "samara/base/result.h"

namespace samara::cli {

json::Json summary_of(const schema::ModelFile& file);
json::Json operators_of(const schema::ModelFile& file);
/// Says of each operator in the list whether it runs, and in which kernel, or exactly why not.
void add_verdicts(const PlanReport& plan, json::Json& operators);
json::Json tensors_of(const schema::ModelFile& file);
/// Entry points with names, shapes and types, from the file alone.
json::Json signatures_of(const schema::ModelFile& file);
/// Errors: those of read_metadata().
Result<json::Json> metadata_of(const schema::ModelFile& file);
json::Json plan_of(const PlanReport& report);

std::string print_summary(const json::Json& summary);
std::string print_operators(const json::Json& operators);
std::string print_tensors(const json::Json& tensors);
std::string print_signatures(const json::Json& signatures);
std::string print_plan(const json::Json& plan);

}  // namespace samara::cli
