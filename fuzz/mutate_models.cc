// libFuzzer's own mutators, for the targets that take models.
#include "model_mutator.h"

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed) {
  return samara::fuzz::mutate_model(data, size, most, seed);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* first, size_t first_size,
                                            const uint8_t* second, size_t second_size, uint8_t* out,
                                            size_t most, unsigned seed) {
  return samara::fuzz::cross_models(first, first_size, second, second_size, out, most, seed);
}
