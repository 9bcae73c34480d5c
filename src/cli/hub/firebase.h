// FirebaseProject: reads the models of a project out of Firebase ML, by the management API and Cloud
// Storage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fleet/io/http/http.h"
#include "samara/base/result.h"

namespace samara::cli {

struct FirebaseModel {
  std::string id, name, file;  // file: "gs://bucket/object", or empty
  std::string sha256;
  uint64_t size = 0;
  std::vector<std::string> tags;
  bool published = false;
};

class FirebaseProject {
 public:
  struct Options {
    std::string project;
    std::string address = "https://firebaseml.googleapis.com";
    std::string storage = "https://storage.googleapis.com";
    std::string token;    // an OAuth access token, or
    std::string account;  // a service account's file, whose key gets one
    std::string ca;
  };
  /// Errors   invalid_argument  neither a token nor an account, or the file is none
  ///          and those of the endpoint that gives tokens
  static Result<FirebaseProject> open(Options options);

  /// Errors   permission_denied, not_found, unavailable, and others as the API answers
  Result<std::vector<FirebaseModel>> models();
  /// Writes a model's file to `path`.
  ///
  /// Errors   data_loss  it has another hash or size than the API says
  Status fetch(const FirebaseModel& model, const std::string& path);

 private:
  FirebaseProject(Options options, std::unique_ptr<http::Client> http)
      : options_(std::move(options)), http_(std::move(http)) {}
  Status take_token();
  http::Request request(const std::string& url) const;

  Options options_;
  std::unique_ptr<http::Client> http_;
};

}  // namespace samara::cli
