// Remote: an inference asked of an endpoint elsewhere, by the Open Inference Protocol (version 2,
// JSON), which Triton, KServe, TorchServe and OpenVINO's server speak:
//
//   POST <url>   {"inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP32", "data": [...]}]}
//   200          {"outputs": [{"name": "y", "shape": [1, 10], "datatype": "FP32", "data": [...]}]}
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fleet/agent/fallback.h"
#include "fleet/io/http/http.h"

namespace samara::agent {

struct Remote {
  std::string url;                         // .../v2/models/NAME/infer
  std::vector<http::Header> headers = {};  // e.g. Authorization
  std::vector<TensorForm> inputs, outputs;
  bool plain = false;  // http is allowed, too: inputs are then seen by whoever is on the way
  int64_t most_ms = 10'000;
  uint64_t most_bytes = uint64_t{16} << 20;  // of the answer
  /// Sends a request; empty: over the network.
  std::function<Result<http::Response>(const http::Request&)> send = {};
  std::string ca_file = {}, proxy = {};  // as in http::Settings
};

/// The forms of a model's signature, to ask for the same from elsewhere.
Result<Remote> remote_of(const Model& model, std::string url, std::string_view signature = {});

/// Errors when called   unavailable, deadline_exceeded  the endpoint
///                      permission_denied  401, 403; an address that is not https
///                      data_loss          an answer of another form
///                      unsupported        tensors of a type that the protocol has not in JSON
Answering on_remote(Remote remote);

}  // namespace samara::agent
