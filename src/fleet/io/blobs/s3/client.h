// Client: objects of one bucket of S3-compatible storage, over HTTP: asked for, put, listed, removed.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "fleet/io/blobs/s3/address.h"
#include "fleet/io/blobs/s3/answers.h"
#include "fleet/io/http/http.h"
#include "samara/base/function_ref.h"

namespace samara::blobs::s3 {

/// Errors   of all: not_found; unavailable (also after trying again); io (the storage refuses: its
///          reason is in the message)
/// Threads  any
class Client {
 public:
  Client(Address address, Credentials credentials)
      : address_(std::move(address)), credentials_(std::move(credentials)) {}

  struct Facts {
    uint64_t size = 0;
    int64_t age = 0;  // seconds since it was written, by the storage's own clock
  };
  Result<Facts> head(std::string_view name);
  /// Fills `out` from `offset` on.
  Status read(std::string_view name, uint64_t offset, std::span<std::byte> out);
  /// Writes an object of so many bytes, which `fill` gives in order, piece by piece. It appears whole.
  Status write(std::string_view name, uint64_t size,
               FunctionRef<Status(uint64_t offset, std::span<std::byte> out)> fill);
  Status remove(std::string_view name);
  /// `after`: of the page before; empty: the first one. Ages are by the clock of this machine.
  Result<Page> list(const std::string& after, size_t most = 1000);

 private:
  /// What is asked of the storage.
  struct Ask {
    std::string method, name;  // of the object; empty: of the bucket
    Pairs query = {}, headers = {};
    std::string body = {};
    uint64_t most_bytes = 1 << 20;  // of the answer
  };
  Result<http::Response> send(const Ask& ask);
  Result<http::Response> try_once(const Ask& ask);
  Result<std::string> begin_parts(std::string_view name);
  Result<std::string> write_parts(std::string_view name, const std::string& upload, uint64_t size,
                                  FunctionRef<Status(uint64_t, std::span<std::byte>)> fill);
  Result<std::unique_ptr<http::Client>> take_client();

  Address address_;
  Credentials credentials_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<http::Client>> idle_;  // each keeps its connection
};

}  // namespace samara::blobs::s3
