// Signing: who signs what a project's devices are told. The store keeps the files and asks for the
// next ones inside of the transaction that changes what they say; how they are made is hub/signing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fleet/io/json/json.h"
#include "fleet/wire/manifest.h"
#include "samara/base/result.h"

namespace samara::hub {

struct Project {
  int64_t id = 0;
  std::string name, organisation;
  int64_t created_at = 0;
  bool is_public = false;  // what its devices may have needs no token
};

enum class PointerKind : uint8_t { channel, alias };

/// A file of a signed repository (The Update Framework).
struct SignedFile {
  std::string role;
  int64_t version = 0;
  int64_t expires_at = 0;
  std::string content;
};
using SignedFiles = std::map<std::string, SignedFile, std::less<>>;  // by role
/// What an owner has signed and sent, by role.
using OwnersFiles = std::map<std::string, std::string, std::less<>>;

/// What a project has.
struct Holdings {
  struct Version {
    std::string model, version, sha256;
    uint64_t size = 0;
    bool published = false;
    wire::Target target = {};  // which devices it is for
  };
  struct Pointer {
    PointerKind kind = PointerKind::channel;
    std::string name, model, version;
    bool operator==(const Pointer&) const = default;
  };
  std::vector<Version> versions;
  std::vector<Pointer> pointers;
};

class Signing {
 public:
  virtual ~Signing() = default;

  struct Next {
    std::vector<SignedFile> files;  // to be added; none: all is as it should be
    /// What pointers are to be changed first, as the owner has signed; an empty version: removed.
    std::vector<Holdings::Pointer> pointers;
  };
  /// What makes the repository say what `holdings` says and the owner has sent. Works on values alone.
  ///
  /// Errors   permission_denied    too few signatures
  ///          failed_precondition  a version that is not the next one; expired; something that only
  ///                               the owner's keys can sign for
  ///          invalid_argument     not metadata
  virtual Result<Next> next(const Project& project, const SignedFiles& before,
                            const OwnersFiles& sent, const Holdings& holdings) = 0;
  /// The public halves of the keys held for a project, by role, as metadata lists them.
  virtual Result<std::vector<std::pair<std::string, json::Json>>> keys(const Project& project) = 0;
};

}  // namespace samara::hub
