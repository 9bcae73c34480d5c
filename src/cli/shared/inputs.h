// What a run is fed with: arrays from files, random numbers, zeros.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/args/args.h"
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

/// The flags that tell what a command's runs are fed with.
struct InputFlags {
  std::vector<std::string> inputs;
  std::string input_sets;
};
void declare_input_flags(Args& args, InputFlags& flags);
/// The sets that the flags ask for, with what is common to all; without sets one that has no name.
Result<InputSets> read_inputs(const InputFlags& flags);
/// The frame of an error in one of them: the set, or where there are none `otherwise`.
std::string frame_of_set(const InputFlags& flags, const std::string& set,
                         const std::string& otherwise);

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

/// Gives the session the inputs that `other` was fed with, matched by name, else by position.
/// Numbers of other types or scales are converted: the same real values, rounded.
///
/// Errors   invalid_argument (other counts or shapes), unsupported (types that nothing is made of)
Status feed_as(Session& session, const Session& other);

}  // namespace samara::cli
