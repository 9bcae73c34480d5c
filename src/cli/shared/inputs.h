// What a run is fed with: arrays from files, random numbers, zeros.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/shared/npy.h"
#include "samara/base/result.h"
#include "samara/runtime/session.h"

namespace samara::cli {

/// One input: "FILE.npy", "random", "random:SEED" or "zeros"; an array of an .npz is given as such.
struct Source {
  std::string text = "random:0";
  std::shared_ptr<const Array> array;
};

/// Inputs of one run by name or position.
using InputSet = std::map<std::string, Source>;
/// Sets with their names.
using InputSets = std::vector<std::pair<std::string, InputSet>>;

/// "NAME_OR_INDEX=SOURCE" each. Errors: invalid_argument.
Result<InputSet> parse_inputs(const std::vector<std::string>& texts);

/// Several sets: an .npz with members NAME (one set) or SET/NAME, or a text file with one set a
/// line, its inputs parted by blanks. In the order of the file; the set's name comes first.
Result<InputSets> read_input_sets(const std::string& path);

/// Resizes the session to the arrays' shapes, plans, and fills every input; those that the set does
/// not name are random:0, strings empty.
///
/// Errors   not_found (a name or position that the session lacks), invalid_argument (type or shape)
Status feed(Session& session, const InputSet& set);

}  // namespace samara::cli
