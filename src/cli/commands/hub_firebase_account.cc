// samara hub firebase-account: makes a service account for Google's clients, as the JSON file that they
// read. Its key is made here and stays in the file; the hub learns the public half.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"
#include "fleet/io/crypto/key.h"

namespace samara::cli::commands {
namespace {

constexpr int kKeyBits = 2048;  // as Google's own accounts have

/// Writes a file that is nobody else's to read, and never over another.
Status write_private(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return system_error(errno, "write " + path);
  Status done = write_all(fd, std::as_bytes(std::span(text)));
  if (done.ok() && ::fsync(fd) != 0) done = system_error(errno, "sync");
  ::close(fd);
  if (!done.ok()) ::unlink(path.c_str());
  return std::move(done).in([&] { return "file " + path; });
}

struct HubFirebaseAccount {
  HubFlags hub;
  std::string name, output = "firebase-account.json", role = "admin";
  int64_t days = 0;

  void declare(Args& args) {
    args.positional("NAME", name, "of the account, which stands in the audit log");
    args.option("-o,--output", output, "the file to write; it holds the account's private key");
    args.choice("--role", role, {"viewer", "publisher", "admin"},
                "what it may do; only an admin deletes models");
    args.option("--days", days, "how long it holds; 0: until it is revoked", 0, 36'500);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    if (::access(output.c_str(), F_OK) == 0)
      return Error(Code::failed_precondition, cat(output, " is there already"));
    TRY_SET(const auto key, crypto::PrivateKey::generate(crypto::KeyKind::rsa, kKeyBits));
    TRY_SET(const auto half, key.public_key());
    TRY_SET(const std::string pem, half.pem());
    TRY_SET(
        const json::Json made,
        client.call("POST", client.in_project("/tokens"),
                    json::Json::object(
                        {{"name", name}, {"role", role}, {"days", days}, {"public_key", pem}})));
    TRY_SET(const crypto::Secret secret, key.pem());
    const json::Json account = json::Json::object(
        {{"type", "service_account"},
         {"project_id", client.flags().project},
         {"private_key_id", sha256_hex(std::as_bytes(std::span(pem))).substr(0, 40)},
         {"private_key", secret.view()},
         {"client_email", text_of(made, "email")},
         {"client_id", text_of(made, "name")},
         {"auth_uri", client.flags().hub + "/token"},
         {"token_uri", client.flags().hub + "/token"},
         {"universe_domain", "googleapis.com"}});
    TRY(write_private(output, account.dump(2) + "\n"));
    std::printf("%s\n", hub.json ? made.dump(2).c_str()
                                 : cat("the account ", text_of(made, "email"), " is made; ", output,
                                       " holds its key. 'samara hub token' lists and revokes it")
                                       .c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_firebase_account = define_command<HubFirebaseAccount>(
    "hub firebase-account", "make a service account for Firebase's clients");

}  // namespace samara::cli::commands
