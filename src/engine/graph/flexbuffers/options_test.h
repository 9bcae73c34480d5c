// Options of custom operators for tests: flex([](auto& b) { b.Int("stride", 2); }).
#pragma once

#include <flatbuffers/flexbuffers.h>

#include <vector>

namespace samara::testing {

template <class F>
std::vector<uint8_t> flex(const F& fill) {
  flexbuffers::Builder builder;
  builder.Map([&] { fill(builder); });
  builder.Finish();
  return builder.GetBuffer();
}

}  // namespace samara::testing
