// Structure-aware mutation of models: changes what an unpacked model says, by what the schema means,
// and packs it again, so that most mutants get past the verifier to planning and running.
#pragma once

#include <cstddef>
#include <cstdint>

namespace samara::fuzz {

/// Mutates in place as LLVMFuzzerCustomMutator does; returns the new size. Bytes that are no model,
/// and now and then those of a model, are mutated as bytes.
size_t mutate_model(uint8_t* data, size_t size, size_t most, unsigned seed);

/// Adds an operator of the second model, with its tensors and constants, to the first.
size_t cross_models(const uint8_t* first, size_t first_size, const uint8_t* second,
                    size_t second_size, uint8_t* out, size_t most, unsigned seed);

}  // namespace samara::fuzz
