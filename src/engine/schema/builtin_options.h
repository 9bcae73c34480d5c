// What is known about a builtin operator code without its kernel: its name, the table its options
// are kept in, and the subgraphs that it calls.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "samara/schema/model_file.h"

namespace samara::schema {

/// The name in the schema, e.g. "CONV_2D"; empty for codes that the schema does not know.
std::string_view builtin_name(int builtin);

/// Members of the two unions of options; both 0: the operator has none.
struct OptionsMembers {
  uint8_t first = 0;
  uint8_t second = 0;
  bool operator==(const OptionsMembers&) const = default;
};
OptionsMembers builtin_options(int builtin);

/// Indices of the subgraphs that an operator calls, as its options name them: unchecked.
std::vector<int32_t> called_subgraphs(int builtin, const Operator& op);

}  // namespace samara::schema
