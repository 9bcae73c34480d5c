// Operators for the tests of graph and session, each made to show one thing. Custom codes; where
// they take options, these are bytes.
#pragma once

#include <atomic>
#include <vector>

#include "samara/graph/op.h"

namespace samara::testing {

/// All of them, for ModelOptions::ops:
///   probe.Add      a + b, float; may run in place of either
///   probe.Impure   the same, but with an effect: counts its runs in probes().impure_runs
///   probe.ShapeOf  the int32 shape of its input, known while planning
///   probe.Reshape  input 0 with the shape that input 1 holds; defers while that is unknown
///   probe.NonZero  int32 indices of the elements that are not 0: sized by run
///   probe.Sum      variable input 1 += input 0, and gives it out
///   probe.If       options [then, else]: calls one of them on inputs 1.., by the bool input 0
///   probe.While    options [condition, body], or any inputs
///   probe.Once     options [subgraph]: calls it at its first run
///   probe.Handle   a resource's handle, its name the options; probe.Assign, probe.Read use it
///   probe.Less     input 0's first element < input 1's, as a bool
///   probe.Keep     copies its input and remembers where it lay
///   probe.Stale    reads again what the last probe.Keep read: a lifetime that is too short
///   probe.Join     joins two string tensors, element by element
///   probe.Scratch  checks that 1 KiB of scratch memory is its own, then copies
///   probe.Packed   adds input 1, if known from a packed form; counts probes().packings
///   probe.Grow     concatenates input 0 with itself
///   probe.Bare     sets no shape: a bug that the graph must find
///   probe.Slow     copies its input, a millisecond an element; counts them in probes().slow
///   probe.Lazy     sizes its output only where its input begins with 0: another
std::vector<const graph::OpDef*> probe_ops();

struct Probes {
  int impure_runs = 0;
  int packings = 0;
  const float* kept = nullptr;
  std::atomic<int> slow = 0;
};
Probes& probes();

}  // namespace samara::testing
